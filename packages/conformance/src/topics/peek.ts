import { expect } from 'vitest'
import { ANCHORS, ask, askAll, fresh, limiterOf, nth, only, takeOf, usedOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

const CASES: readonly Case[] = [
  ...ANCHORS.flatMap((anchor): Case[] => [
    {
      name: `cost 0 reads what is there and changes nothing (${anchor})`,
      run: async ({ store, window, connections }) => {
        const key = fresh()
        const taken = await ask(store, key, window(10, anchor), { cost: 4 })
        for (const other of await connections(3)) {
          for (const times of [1, 7, 1000]) {
            const reply = await ask(other, key, window(10, anchor), { cost: 0, times })
            expect(reply.taken).toBe(times)
            expect(only(reply)).toEqual(only(taken))
          }
        }
        expect((await ask(store, key, window(10, anchor), { times: 9 })).taken).toBe(6)
      },
    },
    {
      name: `cost 0 creates no counter (${anchor})`,
      run: async ({ store, window, harness }) => {
        const key = fresh()
        for (let i = 0; i < 3; i++) {
          expect(only(await ask(store, key, window(10, anchor), { cost: 0, times: 5 })).used).toBe(0)
          expect(await harness.expiresInMs({ key, window: window(10, anchor) })).toBeUndefined()
        }
      },
    },
    {
      name: `a limiter's peek says what its limit would say (${anchor})`,
      run: async (context) => {
        const limiter = limiterOf(context, context.store, 5, { anchor })
        for (const cost of [2, 3, 1, 6, 0]) {
          const peeked = await limiter.peek('id', { cost })
          const again = await limiter.peek('id', { cost })
          const made = await limiter.limit('id', { cost })
          expect([peeked.allowed, again.allowed]).toEqual([made.allowed, made.allowed])
          const consumed = made.allowed ? cost : 0
          expect([peeked.remaining, again.remaining]).toEqual([made.remaining + consumed, made.remaining + consumed])
          if (peeked.retryAfterMs === Number.POSITIVE_INFINITY) expect(made.retryAfterMs).toBe(peeked.retryAfterMs)
        }
      },
    },
  ]),
  {
    name: 'a read between takes of one list sees those before it',
    run: async ({ store, window }) => {
      const key = fresh()
      const replies = await askAll(
        store,
        [0, 3, 0, 4, 0].map((cost) => takeOf(key, window(10), { cost })),
      )
      expect(replies.map((reply) => only(reply).used)).toEqual([0, 3, 3, 7, 7])
    },
  },
  {
    name: 'reads while others take see counts that only rise, and end at what was taken',
    run: async ({ connections, window }) => {
      const key = fresh()
      const stores = await connections(4)
      const reader = nth(stores, 0)
      const taking = Promise.all(
        stores.slice(1).map(async (taker) => {
          for (let i = 0; i < 20; i++) await ask(taker, key, window(100))
        }),
      )
      let before = 0
      for (let i = 0; i < 40; i++) {
        const used = await usedOf(reader, key, window(100))
        expect(used).toBeGreaterThanOrEqual(before)
        before = used
      }
      await taking
      expect(await usedOf(reader, key, window(100))).toBe(60)
    },
  },
]

/** Looking takes nothing. */
export const peek: Topic = { name: 'peek', cases: CASES }
