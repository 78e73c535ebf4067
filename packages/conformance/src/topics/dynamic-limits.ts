import { expect } from 'vitest'
import { ANCHORS, ask, askAll, fresh, limiterOf, MAX, only, takeOf, usedOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

const CASES: readonly Case[] = [
  ...ANCHORS.flatMap((anchor): Case[] => [
    {
      name: `a lowered limit applies at once to what was used before (${anchor})`,
      run: async ({ store, window }) => {
        const key = fresh()
        const first = await ask(store, key, window(10, anchor), { cost: 6 })
        const reply = await ask(store, key, window(5, anchor))
        expect(reply.taken).toBe(0)
        expect(only(reply)).toEqual(only(first))
        expect((await ask(store, key, window(6, anchor))).taken).toBe(0)
        expect((await ask(store, key, window(7, anchor))).taken).toBe(1)
      },
    },
    {
      name: `a raised limit admits the difference (${anchor})`,
      run: async ({ store, window }) => {
        const key = fresh()
        expect((await ask(store, key, window(4, anchor), { times: 9 })).taken).toBe(4)
        expect((await ask(store, key, window(9, anchor), { times: 9 })).taken).toBe(5)
        expect((await ask(store, key, window(MAX, anchor), { times: 90 })).taken).toBe(90)
        expect(await usedOf(store, key, window(1, anchor))).toBe(99)
      },
    },
    {
      name: `a limit of 0 denies and leaves the counter as it was (${anchor})`,
      run: async ({ store, window, harness }) => {
        const key = fresh()
        expect((await ask(store, key, window(0, anchor), { times: 3 })).taken).toBe(0)
        expect(await harness.expiresInMs({ key, window: window(0, anchor) })).toBeUndefined()
        await ask(store, key, window(5, anchor), { cost: 2 })
        expect(only(await ask(store, key, window(0, anchor))).used).toBe(2)
        expect((await ask(store, key, window(5, anchor), { times: 9 })).taken).toBe(3)
      },
    },
  ]),
  {
    name: 'cost 0 does not fit a limit below what is used',
    run: async ({ store, window }) => {
      const key = fresh()
      await ask(store, key, window(10), { cost: 6 })
      for (const [limit, taken] of [
        [5, 0],
        [0, 0],
        [6, 4],
        [7, 4],
      ] as const) {
        const reply = await ask(store, key, window(limit), { cost: 0, times: 4 })
        expect([reply.taken, only(reply).used]).toEqual([taken, 6])
      }
    },
  },
  {
    name: 'takes of one list each go by their own limit',
    run: async ({ store, window }) => {
      const key = fresh()
      const replies = await askAll(
        store,
        [2, 1, 3, 3, 0, 5].map((limit) => takeOf(key, window(limit), { times: 2 })),
      )
      expect(replies.map(({ taken }) => taken)).toEqual([2, 0, 1, 0, 0, 2])
      expect(replies.map((reply) => only(reply).used)).toEqual([2, 2, 3, 3, 3, 5])
    },
  },
  {
    name: 'each window goes by its own limit',
    run: async ({ store, window, longMs }) => {
      const key = fresh()
      const windows = (first: number, second: number) => [
        window(first),
        { limit: second, windowMs: longMs[1], anchor: 'epoch' as const },
      ]
      expect((await ask(store, key, windows(3, 9), { times: 9 })).taken).toBe(3)
      expect((await ask(store, key, windows(9, 2), { times: 9 })).taken).toBe(0)
      expect((await ask(store, key, windows(9, 5), { times: 9 })).taken).toBe(2)
    },
  },
  {
    name: "a limiter's calls each under their own plan's limit share the counter",
    run: async (context) => {
      const limiter = limiterOf(context, context.store, 5)
      const ask = async (limit?: number) => {
        const { allowed, remaining } = await limiter.limit('id', { limit, cost: 2 })
        return [allowed, remaining]
      }
      expect(await ask()).toEqual([true, 3])
      expect(await ask(3)).toEqual([false, 1])
      expect(await ask(100)).toEqual([true, 96])
      expect(await ask()).toEqual([false, 1])
      expect(await ask(0)).toEqual([false, 0])
      expect(await ask(6)).toEqual([true, 0])
    },
  },
]

/** The limit comes with each take; the counter knows none. */
export const dynamicLimits: Topic = { name: 'dynamic limits', cases: CASES }
