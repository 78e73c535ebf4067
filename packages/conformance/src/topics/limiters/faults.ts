import { StoreError } from '@rl/core'
import { expect } from 'vitest'
import { nth, range } from '../../asking/ask.ts'
import { limiterOf, limitersOf } from '../../asking/limiters.ts'
import type { Case } from '../../context.ts'
import { withSkewedDate } from '../../skewed-date.ts'
import { ANCHORS } from '../../windows.ts'
/** Wrong clocks, forgotten scripts and counters that can't be read. */
export const FAULTS: readonly Case[] = [
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
