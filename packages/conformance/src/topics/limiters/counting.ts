import { expect } from 'vitest'
import { nth, range } from '../../asking/ask.ts'
import { limiterOf, limitersOf } from '../../asking/limiters.ts'
import type { Case } from '../../context.ts'
import { ANCHORS } from '../../windows.ts'
/** `limit`, `isAllowed` and `peek`. */
export const COUNTING: readonly Case[] = [
  ...ANCHORS.flatMap((anchor): Case[] => [
    {
      name: `on several connections share one limit for each of several identifiers (${anchor})`,
      run: async (context) => {
        const limiters = await limitersOf(context, 8, 50, { anchor })
        const admitted = await Promise.all(
          range(3 * 160).map(async (i) => {
            const allowed = await nth(limiters, i % 8).isAllowed(nth(['a', 'b', 'c'], i % 3))
            return allowed ? i % 3 : undefined
          }),
        )
        for (const id of range(3)) expect(admitted.filter((each) => each === id)).toHaveLength(50)
      },
    },
    {
      name: `peek as they would limit (${anchor})`,
      run: async (context) => {
        const limiter = await limiterOf(context, 5, { anchor })
        for (const cost of [2, 3, 1, 6, 0]) {
          const peeked = await limiter.peek('id', { cost })
          const again = await limiter.peek('id', { cost })
          const made = await limiter.limit('id', { cost })
          expect([peeked.allowed, again.allowed]).toEqual([made.allowed, made.allowed])
          const consumed = made.allowed ? cost : 0
          expect([peeked.remaining, again.remaining]).toEqual([made.remaining + consumed, made.remaining + consumed])
        }
      },
    },
    {
      name: `count down by what each call took, and agree on resetAt (${anchor})`,
      run: async (context) => {
        const limiters = await limitersOf(context, 3, 30, { anchor })
        const { resetAt } = await nth(limiters, 0).limit('id')
        let remaining = 29
        for (const i of range(40)) {
          const cost = nth([1, 3, 0, 2], i % 4)
          const fits = cost <= remaining
          const limiter = nth(limiters, i % 3)
          expect((await limiter.peek('id', { cost })).remaining).toBe(remaining)
          const decision = await limiter.limit('id', { cost })
          if (fits) remaining -= cost
          expect([decision.allowed, decision.remaining, decision.resetAt]).toEqual([fits, remaining, resetAt])
        }
        expect(remaining).toBe(0)
      },
    },
    {
      name: `answer calls that travel together in their order (${anchor})`,
      run: async (context) => {
        const limiter = await limiterOf(context, 20, { anchor })
        const decisions = await Promise.all(range(50).map(() => limiter.limit('id')))
        expect(decisions.map(({ remaining }) => remaining)).toEqual(range(50).map((i) => Math.max(0, 19 - i)))
      },
    },
  ]),
  {
    name: 'leave what remains when they deny, and tell when to come back',
    run: async (context) => {
      const limiter = await limiterOf(context, 4)
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
  {
    name: 'charge none of their windows for a call that one of them denies',
    run: async (context) => {
      const [first, second] = context.longMs
      const limiter = await limiterOf(context, 0, {
        windows: [
          { limit: 2, window: first, anchor: 'first-hit' },
          { limit: 5, window: second },
        ],
      })
      const remaining = async (cost: number): Promise<readonly number[]> =>
        (await limiter.limit('id', { cost })).windows.map((window) => window.remaining)
      expect(await remaining(2)).toEqual([0, 3])
      for (const _ of range(5)) expect(await remaining(1)).toEqual([0, 3])
    },
  },
  {
    name: 'check a call against all units at once',
    run: async (context) => {
      const [window] = context.longMs
      const limiter = await limiterOf(context, 0, {
        windows: [
          { unit: 'requests', limit: 3, window },
          { unit: 'tokens', limit: 1000, window },
        ],
      })
      const spend = async (requests: number, tokens: number): Promise<readonly unknown[]> => {
        const { allowed, windows } = await limiter.limit('id', { cost: { requests, tokens } })
        return [allowed, ...windows.map(({ remaining }) => remaining)]
      }
      expect(await spend(1, 600)).toEqual([true, 2, 400])
      expect(await spend(1, 401)).toEqual([false, 2, 400])
      expect(await spend(1, 400)).toEqual([true, 1, 0])
      expect(await spend(1, 1)).toEqual([false, 1, 0])
      expect(await spend(1, 0)).toEqual([true, 0, 0])
    },
  },
  {
    name: "share the counter under each call's own limit",
    run: async (context) => {
      const limiter = await limiterOf(context, 5)
      const ask = async (limit?: number): Promise<readonly unknown[]> => {
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
