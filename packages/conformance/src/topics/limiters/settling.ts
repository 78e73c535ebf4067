import { calendar } from '@rl/core/calendar'
import { receiptOf, settleReceipt } from '@rl/core/receipts'
import { expect } from 'vitest'
import { nth, range } from '../../asking/ask.ts'
import { limiterOf, limitersOf } from '../../asking/limiters.ts'
import type { Case } from '../../context.ts'

/** `settle`, receipts, and windows of a calendar. */
export const SETTLING: readonly Case[] = [
  {
    name: 'settle a decision to what it cost, past the limit if need be',
    run: async (context) => {
      const limiter = await limiterOf(context, 10)
      const decision = await limiter.limit('id', { cost: 6 })
      for (const [actual, remaining, debt] of [
        [2, 8, 0],
        [9, 1, 0],
        [25, 0, 15],
        [0, 10, 0],
        [10, 0, 0],
      ] as const) {
        const { windows } = await limiter.settle(decision, actual)
        expect(windows).toEqual([{ unit: undefined, state: 'settled', cost: actual, remaining, debt }])
        expect((await limiter.limit('id', { cost: 0 })).remaining).toBe(remaining)
        expect((await limiter.peek('id', { cost: 1 })).allowed).toBe(remaining > 0)
      }
    },
  },
  {
    name: 'settle the units that are named, in windows that are open',
    run: async (context) => {
      const limiter = await limiterOf(context, 0, {
        windows: [
          { unit: 'requests', limit: 5, window: context.longMs[0] },
          { unit: 'tokens', limit: 100, window: 200, anchor: 'first-hit' },
          { unit: 'tokens', limit: 1000, window: context.longMs[0] },
        ],
      })
      const decision = await limiter.limit('id', { cost: { requests: 1, tokens: 40 } })
      await context.passTime(200)
      expect((await limiter.settle(decision, { tokens: 7 })).windows).toEqual([
        { unit: 'requests', state: 'settled', cost: 1, remaining: 4, debt: 0 },
        { unit: 'tokens', state: 'ended' },
        { unit: 'tokens', state: 'settled', cost: 7, remaining: 993, debt: 0 },
      ])
    },
  },
  {
    name: 'settle many decisions of one identifier at once',
    run: async (context) => {
      const limiter = await limiterOf(context, 1000)
      const decisions = await Promise.all(range(40).map(() => limiter.limit('id', { cost: 20 })))
      await Promise.all(decisions.map((decision, i) => limiter.settle(decision, i)))
      expect((await limiter.peek('id')).remaining).toBe(1000 - (39 * 40) / 2)
    },
  },
  {
    name: 'settle a receipt once, however often and from however many connections it is sent',
    run: async (context) => {
      const limiters = await limitersOf(context, 4, 100)
      const first = nth(limiters, 0)
      for (const [actual, remaining] of [
        [0, 90],
        [3, 87],
        [50, 40],
      ] as const) {
        await first.reset('id')
        const decision = await first.limit('id', { cost: 10 })
        await first.limit('id', { cost: 10 })
        const receipt = receiptOf(first, decision)
        const settled = await Promise.all(range(12).map((i) => settleReceipt(nth(limiters, i % 4), receipt, actual)))
        expect(settled.filter(({ repeated }) => !repeated)).toHaveLength(1)
        for (const { windows } of settled) expect(windows).toMatchObject([{ cost: actual, remaining }])
        expect((await first.peek('id')).remaining).toBe(remaining)
      }
    },
  },
  {
    name: 'settle nothing by a receipt of before a reset, or of a window that ended',
    run: async (context) => {
      const limiter = await limiterOf(context, 0, {
        windows: [
          { limit: 10, window: 200, anchor: 'first-hit' },
          { limit: 10, window: context.longMs[0] },
        ],
      })
      const [a, b] = [await limiter.limit('a', { cost: 6 }), await limiter.limit('b', { cost: 6 })]
      const receipts = [receiptOf(limiter, a), receiptOf(limiter, b)]
      await limiter.reset('a')
      await context.passTime(200)
      const settled = await Promise.all(receipts.map((receipt) => settleReceipt(limiter, receipt, 1)))
      const states = settled.map(({ windows }) => windows.map(({ state }) => state))
      expect(states).toEqual([
        ['ended', 'ended'],
        ['ended', 'settled'],
      ])
      expect((await limiter.peek('a')).remaining).toBe(10)
    },
  },
  {
    name: 'share one counter of a calendar, whatever the day on which a caller is billed',
    run: async (context) => {
      const monthly = (day: number) => calendar('month', { timeZone: 'Europe/Berlin', day })
      const windows = [
        { limit: 10, window: monthly(1) },
        { limit: 100, window: calendar('year') },
      ]
      const limiters = await limitersOf(context, 3, 0, { windows })
      const decisions = []
      for (const [i, limiter] of limiters.entries()) {
        decisions.push(await limiter.limit('id', { cost: 3, calendar: monthly(5 + 9 * i) }))
      }
      const ends = decisions.map((decision) => decision.windows.map(({ resetAt }) => resetAt))
      expect(new Set(ends.map(String)).size).toBe(1)
      expect(decisions.map(({ remaining }) => remaining)).toEqual([7, 4, 1])
      expect((await nth(limiters, 0).limit('id', { cost: 2 })).allowed).toBe(false)
    },
  },
]
