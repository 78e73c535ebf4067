import { expect } from 'vitest'
import { adjust, nth, only, range, read, take, takeAll, usedOf } from '../asking/ask.ts'
import { adjusted, fresh, MAX, takeOf } from '../asking/operations.ts'
import { type Case, expiryOf, type Topic } from '../context.ts'
import { KINDS } from '../windows.ts'

const CASES: readonly Case[] = [
  ...KINDS.flatMap((kind): Case[] => [
    {
      name: `of what is there change nothing (${kind})`,
      run: async ({ store, window, connections }) => {
        const user = fresh()
        const taken = await take(store, user, window(10, kind), { cost: 4 })
        for (const other of await connections(3)) {
          for (const times of [1, 7, 1000, MAX]) {
            const reply = await take(other, user, window(10, kind), { cost: 0, times })
            expect(reply.timesTaken).toBe(times)
            expect(only(reply)).toEqual(only(taken))
          }
        }
        expect((await take(store, user, window(10, kind), { times: 9 })).timesTaken).toBe(6)
      },
    },
    {
      name: `create no counter (${kind})`,
      run: async (context) => {
        const { store, window, passTime } = context
        const user = fresh()
        const own = window(10, kind)
        for (const _ of range(3)) {
          await passTime(2)
          const reply = await take(store, user, own, { cost: 0, times: 5 })
          expect(only(reply)).toMatchObject({ used: 0, generation: 0 })
          if (own.anchor === 'first-hit') expect(only(reply).resetAt).toBe(reply.now + own.windowMs)
          expect(await expiryOf(context, user, own)).toBeOneOf([undefined, 'unseen'])
        }
      },
    },
    {
      name: `are denied where a window is in debt, and admitted where it is at its limit (${kind})`,
      run: async ({ store, window }) => {
        const user = fresh()
        const own = window(10, kind)
        const taken = only(await take(store, user, own, { cost: 10 }))
        expect((await take(store, user, own, { cost: 0, times: 3 })).timesTaken).toBe(3)
        await adjust(store, user, adjusted(own, taken, 1))
        for (const times of [1, 3]) {
          const reply = await take(store, user, own, { cost: 0, times })
          expect([reply.timesTaken, only(reply)]).toEqual([0, { ...taken, used: 11 }])
        }
        await adjust(store, user, adjusted(own, taken, -1))
        expect((await take(store, user, own, { cost: 0 })).timesTaken).toBe(1)
      },
    },
    {
      name: `add no key to the storage (${kind})`,
      alone: true,
      run: async ({ store, window, harness }) => {
        const before = (await harness.keys?.()) ?? 0
        const reads = range(100).map(() => takeOf(fresh(), [window(5, kind), window(9, kind, 1)], { cost: 0 }))
        for (const each of reads.slice(0, 50)) await store.ask(each)
        await takeAll(store, reads)
        expect((await harness.keys?.()) ?? 0).toBeLessThanOrEqual(before)
      },
    },
  ]),
  {
    name: 'beside other costs are denied where their window is in debt, and then nothing is taken',
    run: async ({ store, window }) => {
      const user = fresh()
      const [own, other] = [window(10), window(10, 'first-hit')]
      const taken = await take(store, user, [own, other], { cost: 5 })
      await adjust(store, user, adjusted(other, nth(taken.windows, 1), 6))
      const reply = await take(store, user, [own, other], { cost: [1, 0] })
      expect([reply.timesTaken, reply.windows.map(({ used }) => used)]).toEqual([0, [5, 11]])
      expect(await usedOf(store, user, own)).toBe(5)
      expect((await take(store, user, [own, { ...other, limit: 11 }], { cost: [1, 0] })).timesTaken).toBe(1)
    },
  },
  {
    name: 'do not fit a limit below what is used',
    run: async ({ store, window }) => {
      const user = fresh()
      await take(store, user, window(10), { cost: 6 })
      for (const [limit, taken] of [
        [5, 0],
        [0, 0],
        [6, 4],
        [7, 4],
      ] as const) {
        const reply = await take(store, user, window(limit), { cost: 0, times: 4 })
        expect([reply.timesTaken, only(reply).used]).toEqual([taken, 6])
      }
    },
  },
  {
    name: 'while others take see counts that only rise, and end at what was taken',
    run: async ({ connections, window }) => {
      const user = fresh()
      const stores = await connections(4)
      const reader = nth(stores, 0)
      const taking = Promise.all(
        stores.slice(1).map(async (taker) => {
          for (const _ of range(20)) await take(taker, user, window(100))
        }),
      )
      let before = 0
      for (const _ of range(40)) {
        const { used } = await read(reader, user, window(100))
        expect(used).toBeGreaterThanOrEqual(before)
        before = used
      }
      await taking
      expect(await usedOf(reader, user, window(100))).toBe(60)
    },
  },
]

/** Takes of cost 0 check a window and take nothing. */
export const reads: Topic = { name: 'reads', cases: CASES }
