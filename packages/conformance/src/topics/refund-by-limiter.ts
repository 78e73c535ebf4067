import { FixedWindowRateLimiter, OptionError } from '@rl/core'
import { expect } from 'vitest'
import { fresh, limiterOf, nth, range } from '../asking.ts'
import type { Case } from '../context.ts'

/** Refunds of decisions, through limiters over the store. */
export const limiterRefunds: readonly Case[] = [
  {
    name: "of a limiter's decision gives its cost back once, in parts or as a whole",
    run: async (context) => {
      const limiter = limiterOf(context, context.store, 10)
      const decision = await limiter.limit('id', { cost: 6 })
      await limiter.limit('id', { cost: 2 })
      expect(await limiter.refund(decision, { cost: 2 })).toBe(true)
      expect(await limiter.refund(decision)).toBe(true)
      expect(await limiter.refund(decision)).toBe(false)
      await expect(limiter.refund(decision, { cost: 1 })).rejects.toThrow(OptionError)
      expect((await limiter.peek('id')).remaining).toBe(8)
    },
  },
  {
    name: 'of one decision many times at once gives its cost back once',
    run: async (context) => {
      const limiter = limiterOf(context, context.store, 10)
      const decision = await limiter.limit('id', { cost: 3 })
      await limiter.limit('id', { cost: 7 })
      const refunds = await Promise.all(range(8).map(() => limiter.refund(decision)))
      expect(refunds.filter((refunded) => refunded)).toHaveLength(1)
      expect((await limiter.peek('id')).remaining).toBe(3)
    },
  },
  {
    name: 'of a denied or peeked decision gives nothing back',
    run: async (context) => {
      const limiter = limiterOf(context, context.store, 3)
      await limiter.limit('id', { cost: 3 })
      expect(await limiter.refund(await limiter.limit('id'))).toBe(false)
      expect(await limiter.refund(await limiter.peek('id', { cost: 0 }))).toBe(false)
      expect((await limiter.peek('id')).remaining).toBe(0)
    },
  },
  {
    name: "of another limiter's decision, or of a copy, is refused",
    run: async (context) => {
      const name = fresh()
      const [own, other] = [1, 2].map(() => limiterOf(context, context.store, 10, { name }))
      if (own === undefined || other === undefined) return
      const decision = await own.limit('id', { cost: 4 })
      await expect(other.refund(decision)).rejects.toThrow(OptionError)
      await expect(own.refund({ ...decision })).rejects.toThrow(OptionError)
      expect((await other.peek('id')).remaining).toBe(6)
    },
  },
  {
    name: 'of a decision goes to those of its windows that are still open',
    run: async ({ store, longMs, harness }) => {
      const limiter = new FixedWindowRateLimiter({
        name: fresh(),
        store,
        windows: [
          { limit: 10, window: 200, anchor: 'first-hit' },
          { limit: 10, window: longMs[0] },
        ],
        deadlineMs: 30_000,
      })
      const decision = await limiter.limit('id', { cost: 6 })
      await harness.passTime(200)
      expect(await limiter.refund(decision)).toBe(true)
      const peeked = await limiter.peek('id')
      expect(peeked.windows.map(({ remaining }) => remaining)).toEqual([10, 10])
      expect(nth(peeked.windows, 1).resetAt).toBe(nth(decision.windows, 1).resetAt)
    },
  },
]
