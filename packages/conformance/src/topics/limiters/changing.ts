import { type FixedWindowRateLimiter, OptionError } from '@rl/core'
import { expect } from 'vitest'
import { nth, range } from '../../asking/ask.ts'
import { limiterOf, limitersOf } from '../../asking/limiters.ts'
import type { Case } from '../../context.ts'
/** `refund` and `reset`. */
export const CHANGING: readonly Case[] = [
  {
    name: 'refund a decision once, in parts or as a whole',
    run: async (context) => {
      const limiter = await limiterOf(context, 10)
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
    name: 'refund a decision once, however often they are asked at once',
    run: async (context) => {
      const limiter = await limiterOf(context, 10)
      const decision = await limiter.limit('id', { cost: 3 })
      await limiter.limit('id', { cost: 7 })
      const refunds = await Promise.all(range(8).map(() => limiter.refund(decision)))
      expect(refunds.filter((refunded) => refunded)).toHaveLength(1)
      expect((await limiter.peek('id')).remaining).toBe(3)
    },
  },
  {
    name: 'refund nothing for what was denied or peeked',
    run: async (context) => {
      const limiter = await limiterOf(context, 3)
      await limiter.limit('id', { cost: 3 })
      expect(await limiter.refund(await limiter.limit('id'))).toBe(false)
      expect(await limiter.refund(await limiter.peek('id', { cost: 0 }))).toBe(false)
      expect((await limiter.peek('id')).remaining).toBe(0)
    },
  },
  {
    name: "refuse to refund another limiter's decision, or a copy",
    run: async (context) => {
      const [own, other] = (await limitersOf(context, 2, 10)) as [FixedWindowRateLimiter, FixedWindowRateLimiter]
      const decision = await own.limit('id', { cost: 4 })
      await expect(other.refund(decision)).rejects.toThrow(OptionError)
      await expect(own.refund({ ...decision })).rejects.toThrow(OptionError)
      expect((await other.peek('id')).remaining).toBe(6)
    },
  },
  {
    name: 'refund a decision to those of its windows that are still open',
    run: async (context) => {
      const limiter = await limiterOf(context, 0, {
        windows: [
          { limit: 10, window: 200, anchor: 'first-hit' },
          { limit: 10, window: context.longMs[0] },
        ],
      })
      const decision = await limiter.limit('id', { cost: 6 })
      await context.passTime(200)
      expect(await limiter.refund(decision)).toBe(true)
      const peeked = await limiter.peek('id')
      expect(peeked.windows.map(({ remaining }) => remaining)).toEqual([10, 10])
      expect(nth(peeked.windows, 1).resetAt).toBe(nth(decision.windows, 1).resetAt)
    },
  },
  {
    name: 'reset one identifier, and refund nothing from before',
    run: async (context) => {
      const limiter = await limiterOf(context, 3)
      const ids = ['a', 'a:b', 'b', 'A', '*', 'a*']
      const decisions = []
      for (const id of ids) decisions.push(await limiter.limit(id, { cost: 2 }))
      await limiter.reset('a')
      await limiter.reset('*')
      await limiter.limit('a')
      expect(await limiter.refund(nth(decisions, 0))).toBe(false)
      const remaining = []
      for (const id of ids) remaining.push((await limiter.peek(id)).remaining)
      expect(remaining).toEqual([2, 1, 1, 1, 3, 1])
    },
  },
]
