import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, askAll, fresh, limiterOf, only, range, takeOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

const CASES: readonly Case[] = [
  ...ANCHORS.flatMap((anchor): Case[] => [
    {
      name: `leave the counter as it was, whatever they cost (${anchor})`,
      run: async ({ store, window }) => {
        const key = fresh()
        const own = window(10, anchor)
        const taken = await ask(store, key, own, { cost: 8 })
        for (const cost of [3, 10, 11, 2 ** 40, 3]) {
          for (const times of [1, 5]) {
            const reply = await ask(store, key, own, { cost, times })
            expect(reply.taken).toBe(0)
            expect(only(reply)).toEqual(only(taken))
          }
        }
        expect((await ask(store, key, own, { cost: 2 })).taken).toBe(1)
      },
    },
    {
      name: `create no counter (${anchor})`,
      run: async ({ store, window, harness }) => {
        const key = fresh()
        const own = window(10, anchor)
        for (const cost of [11, 2 ** 40]) {
          const reply = await ask(store, key, own, { cost, times: 3 })
          expect([reply.taken, only(reply).used]).toEqual([0, 0])
          expect(await harness.expiresInMs({ key, window: own })).toBeUndefined()
        }
        expect((await ask(store, key, own, { times: 99 })).taken).toBe(10)
      },
    },
    {
      name: `do not move the expiry (${anchor})`,
      run: async ({ store, window, harness }) => {
        const key = fresh()
        const own = window(5, anchor)
        const taken = await ask(store, key, own, { times: 5 })
        for (const _ of range(3)) {
          const before = (await harness.expiresInMs({ key, window: own })) ?? Number.NaN
          await harness.passTime(40)
          expect(only(await ask(store, key, own))).toEqual(only(taken))
          expect(await harness.expiresInMs({ key, window: own })).toBeLessThanOrEqual(before - 30)
        }
      },
    },
    {
      name: `by the thousand leave counter and expiry as they were (${anchor})`,
      run: async ({ store, window, harness }) => {
        const key = fresh()
        const own = window(5, anchor)
        const taken = await ask(store, key, own, { times: 5 })
        const before = (await harness.expiresInMs({ key, window: own })) ?? Number.NaN
        await harness.passTime(40)
        const flood = range(100).map(() => takeOf(key, own, { times: 7 }))
        const replies = await Promise.all(range(20).map(() => askAll(store, flood)))
        for (const reply of replies.flat()) {
          expect(reply.taken).toBe(0)
          expect(only(reply)).toEqual(only(taken))
        }
        expect(await harness.expiresInMs({ key, window: own })).toBeLessThanOrEqual(before - 30)
      },
    },
  ]),
  {
    name: 'do not keep a first-hit window from ending',
    run: async ({ store, harness }) => {
      const key = fresh()
      const window: Window = { limit: 1, windowMs: 300, anchor: 'first-hit' }
      const opening = await ask(store, key, window)
      for (const _ of range(5)) {
        await harness.passTime(60)
        await ask(store, key, window, { cost: 2 })
      }
      const next = await ask(store, key, window)
      expect(next.now).toBeGreaterThanOrEqual(only(opening).resetAt)
      expect(next.taken).toBe(1)
    },
  },
  {
    name: 'happen only when the call does not fit, and say truly what is used (I3)',
    run: async ({ store, window }) => {
      const key = fresh()
      let used = 0
      for (const i of range(60)) {
        const cost = 1 + ((i * 5) % 9)
        const reply = await ask(store, key, window(100), { cost })
        expect(reply.taken).toBe(used + cost <= 100 ? 1 : 0)
        used += reply.taken * cost
        expect(only(reply).used).toBe(used)
      }
      expect(used).toBe(100)
    },
  },
  {
    name: 'of a limiter leave what remains, and tell when to come back',
    run: async (context) => {
      const limiter = limiterOf(context, context.store, 4)
      const { resetAt } = await limiter.limit('id', { cost: 3 })
      for (const _ of range(10)) {
        const denied = await limiter.limit('id', { cost: 2 })
        expect([denied.allowed, denied.remaining, denied.resetAt]).toEqual([false, 1, resetAt])
        expect(denied.retryAfterMs).toBeGreaterThan(0)
        expect(denied.retryAfterMs).toBeLessThanOrEqual(context.longMs[0])
      }
      expect((await limiter.limit('id', { cost: 5 })).retryAfterMs).toBe(Number.POSITIVE_INFINITY)
      expect((await limiter.limit('id')).remaining).toBe(0)
    },
  },
]

/** I2 and I3: a denial costs nothing, and there is none without need. */
export const denials: Topic = { name: 'denials', cases: CASES }
