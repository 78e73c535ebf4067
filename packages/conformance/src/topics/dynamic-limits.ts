import { expect } from 'vitest'
import { only, take, takeAll, usedOf } from '../asking/ask.ts'
import { fresh, MAX, takeOf } from '../asking/operations.ts'
import { type Case, expiryOf, type Topic } from '../context.ts'
import { KINDS } from '../windows.ts'

const CASES: readonly Case[] = [
  ...KINDS.flatMap((kind): Case[] => [
    {
      name: `a lowered limit applies at once to what was used before (${kind})`,
      run: async ({ store, window }) => {
        const user = fresh()
        const first = await take(store, user, window(10, kind), { cost: 6 })
        const reply = await take(store, user, window(5, kind))
        expect(reply.timesTaken).toBe(0)
        expect(only(reply)).toEqual(only(first))
        expect((await take(store, user, window(6, kind))).timesTaken).toBe(0)
        expect((await take(store, user, window(7, kind))).timesTaken).toBe(1)
      },
    },
    {
      name: `a raised limit admits the difference (${kind})`,
      run: async ({ store, window }) => {
        const user = fresh()
        expect((await take(store, user, window(4, kind), { times: 9 })).timesTaken).toBe(4)
        expect((await take(store, user, window(9, kind), { times: 9 })).timesTaken).toBe(5)
        expect((await take(store, user, window(MAX, kind), { times: 90 })).timesTaken).toBe(90)
        expect(await usedOf(store, user, window(1, kind))).toBe(99)
      },
    },
    {
      name: `a limit of 0 denies and leaves the counter as it was (${kind})`,
      run: async (context) => {
        const { store, window } = context
        const user = fresh()
        expect((await take(store, user, window(0, kind), { times: 3 })).timesTaken).toBe(0)
        expect(await expiryOf(context, user, window(0, kind))).toBeOneOf([undefined, 'unseen'])
        await take(store, user, window(5, kind), { cost: 2 })
        expect(only(await take(store, user, window(0, kind))).used).toBe(2)
        expect((await take(store, user, window(5, kind), { times: 9 })).timesTaken).toBe(3)
      },
    },
  ]),
  {
    name: 'takes of one list each go by their own limit',
    run: async ({ store, window }) => {
      const user = fresh()
      const replies = await takeAll(
        store,
        [2, 1, 3, 3, 0, 5].map((limit) => takeOf(user, window(limit), { times: 2 })),
      )
      expect(replies.map(({ timesTaken }) => timesTaken)).toEqual([2, 0, 1, 0, 0, 2])
      expect(replies.map((reply) => only(reply).used)).toEqual([2, 2, 3, 3, 3, 5])
    },
  },
  {
    name: 'each window goes by its own limit',
    run: async ({ store, window }) => {
      const user = fresh()
      const under = async (first: number, second: number): Promise<number> =>
        (await take(store, user, [window(first), window(second, 'epoch', 1)], { times: 9 })).timesTaken
      expect(await under(3, 9)).toBe(3)
      expect(await under(9, 2)).toBe(0)
      expect(await under(9, 5)).toBe(2)
    },
  },
]

/** The limit comes with each take; the counter knows none. */
export const dynamicLimits: Topic = { name: 'dynamic limits', cases: CASES }
