import { FixedWindowRateLimiter, OptionError, StoreError } from '@rl/core'
import { expect } from 'vitest'
import { nth, range } from '../asking/ask.ts'
import { freshName } from '../asking/operations.ts'
import type { Case, Context, Topic } from '../context.ts'
import { withSkewedDate } from '../skewed-date.ts'
import { ANCHORS } from '../windows.ts'

type Options = Partial<ConstructorParameters<typeof FixedWindowRateLimiter<'throw'>>[0]>

/** Limiters of one name, one on each of `count` connections, whose deadline does not get in the way. */
async function limitersOf(
  context: Context,
  count: number,
  limit: number,
  more: Options = {},
): Promise<readonly FixedWindowRateLimiter[]> {
  const stores = await context.connections(count)
  const name = freshName()
  const window = more.windows === undefined ? { limit, window: context.longMs[0] } : {}
  return stores.map(({ limited: store }) => {
    return new FixedWindowRateLimiter({ name, store, deadlineMs: 30_000, ...window, ...more } as never)
  })
}

async function limiterOf(context: Context, limit: number, more?: Options): Promise<FixedWindowRateLimiter> {
  return nth(await limitersOf(context, 1, limit, more), 0)
}

const COUNTING: readonly Case[] = [
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

const CHANGING: readonly Case[] = [
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

const FAULTS: readonly Case[] = [
  ...ANCHORS.map(
    (anchor): Case => ({
      name: `on machines whose clocks are hours apart admit the limit together (${anchor})`,
      alone: true,
      run: async (context) => {
        const limiters = await limitersOf(context, 3, 5, { anchor })
        const hours = [5, -5, 9600, -9600, 1, 0]
        const decisions = []
        for (const i of range(15)) {
          const skewMs = nth(hours, i % 6) * 3_600_000
          decisions.push(await withSkewedDate(skewMs, () => nth(limiters, i % 3).limit('id')))
        }
        expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(5)
        expect(new Set(decisions.map(({ resetAt }) => resetAt)).size).toBe(1)
        for (const { retryAfterMs } of decisions) expect(retryAfterMs).toBeLessThanOrEqual(context.longMs[0])
      },
    }),
  ),
  {
    name: 'admit their limit and reject no call while scripts are forgotten',
    alone: true,
    run: async (context) => {
      const limiters = await limitersOf(context, 4, 90)
      const admitted = await Promise.all(
        range(20).map(async (round) => {
          const calls = range(10).map((i) => nth(limiters, (round + i) % 4).isAllowed('id'))
          await context.harness.forgetScripts?.()
          return (await Promise.all(calls)).filter((allowed) => allowed).length
        }),
      )
      expect(admitted.reduce((total, each) => total + each, 0)).toBe(90)
    },
  },
  ...(['wrong type', 'not a number'] as const).map(
    (how): Case => ({
      name: `fail the calls of a counter that can't be read, and no call that travels with them (${how})`,
      run: async (context) => {
        const limiter = await limiterOf(context, 10)
        await limiter.limit('bad', { cost: 3 })
        await context.harness.poison?.({ scope: limiter.name, id: 'bad', window: nth(limiter.windows, 0) }, how)
        const ids = ['a', 'bad', 'b', 'a']
        const settled = await Promise.allSettled(ids.map((id) => limiter.limit(id)))
        const [a, bad, b, again] = settled.map((each) =>
          each.status === 'fulfilled' ? each.value.remaining : each.reason,
        )
        expect([a, b, again]).toEqual([9, 9, 8])
        if (context.harness.poison) expect(bad).toBeInstanceOf(StoreError)
        else expect(bad).toBe(6)
      },
    }),
  ),
]

/** What limiters over the store make of it. */
export const limiters: Topic = { name: 'limiters', cases: [...COUNTING, ...CHANGING, ...FAULTS] }
