import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, fresh, limiterOf, nth, only, range, read, refund } from '../asking.ts'
import type { Case, Topic } from '../context.ts'
import { withSkewedDate } from '../skewed-date.ts'

const HOUR = 3_600_000

/** How far callers' clocks are off, in milliseconds. */
const SKEWS: readonly number[] = [5 * HOUR, -5 * HOUR, 400 * 24 * HOUR, -400 * 24 * HOUR, HOUR + 1, 0]

const CASES: readonly Case[] = [
  ...ANCHORS.flatMap((anchor): Case[] => [
    {
      name: `callers whose clocks are hours apart share one window and its limit (${anchor})`,
      run: async ({ connections, window }) => {
        const stores = await connections(3)
        const key = fresh()
        const replies = []
        for (const i of range(12)) {
          replies.push(
            await withSkewedDate(nth(SKEWS, i % SKEWS.length), () => ask(nth(stores, i % 3), key, window(7, anchor))),
          )
        }
        expect(replies.map(({ taken }) => taken)).toEqual(range(12).map((i) => (i < 7 ? 1 : 0)))
        expect(new Set(replies.map((reply) => only(reply).resetAt)).size).toBe(1)
      },
    },
    {
      name: `a caller's clock moves neither now nor a window's end (${anchor})`,
      run: async ({ connections, window, harness }) => {
        const stores = await connections(3)
        let before = await ask(nth(stores, 0), fresh(), window(5, anchor))
        for (const [i, skewMs] of SKEWS.entries()) {
          await harness.passTime(2)
          const reply = await withSkewedDate(skewMs, () => ask(nth(stores, i % 3), fresh(), window(5, anchor)))
          expect(reply.now).toBeGreaterThan(before.now)
          // All of the suite's own time is far less than half an hour, and all skews are more.
          expect(reply.now - before.now).toBeLessThan(HOUR / 2)
          if (anchor === 'epoch') expect(only(reply).resetAt).toBe(only(before).resetAt)
          else expect(only(reply).resetAt).toBe(reply.now + window(5).windowMs)
          before = reply
        }
      },
    },
    {
      name: `a caller's clock neither ends a window nor keeps it open (${anchor})`,
      run: async ({ store, harness }) => {
        for (const skewMs of SKEWS) {
          const key = fresh()
          const short: Window = { limit: 2, windowMs: 80, anchor }
          const first = await withSkewedDate(skewMs, () => ask(store, key, short, { times: 2 }))
          const end = only(first).resetAt
          await harness.passTime(end - first.now)
          const second = await withSkewedDate(-skewMs, () => ask(store, key, short, { times: 9 }))
          expect(second.now).toBeGreaterThanOrEqual(end)
          expect(second.taken).toBe(2)
        }
      },
    },
    {
      name: `a refund goes by the storage's clock (${anchor})`,
      run: async ({ store, window }) => {
        for (const skewMs of SKEWS) {
          const key = fresh()
          const taken = await ask(store, key, window(9, anchor), { cost: 5 })
          const reply = await withSkewedDate(skewMs, () => refund(store, key, [window(9, anchor)], taken, 2))
          expect(reply.refunded).toEqual([2])
          expect(await read(store, key, window(9, anchor))).toEqual({ used: 3, resetAt: only(taken).resetAt })
        }
      },
    },
    {
      name: `limiters on machines whose clocks are hours apart admit the limit together (${anchor})`,
      run: async (context) => {
        const name = fresh()
        const stores = await context.connections(3)
        const limiters = stores.map((store) => limiterOf(context, store, 5, { name, anchor }))
        const decisions = []
        for (const i of range(15)) {
          decisions.push(await withSkewedDate(nth(SKEWS, i % SKEWS.length), () => nth(limiters, i % 3).limit('id')))
        }
        expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(5)
        expect(new Set(decisions.map(({ resetAt }) => resetAt)).size).toBe(1)
        for (const { retryAfterMs } of decisions) expect(retryAfterMs).toBeLessThanOrEqual(context.longMs[0])
      },
    },
  ]),
  {
    name: 'a store that connects under a wrong clock answers as the others do',
    run: async ({ harness, store, window }) => {
      const key = fresh()
      const before = await ask(store, key, window(5))
      for (const skewMs of [7 * HOUR, -7 * HOUR]) {
        const reply = await withSkewedDate(skewMs, async () => ask(await harness.connect(), key, window(5)))
        expect(only(reply).resetAt).toBe(only(before).resetAt)
        expect(Math.abs(reply.now - before.now)).toBeLessThan(HOUR / 2)
      }
      expect((await ask(store, key, window(5), { times: 9 })).taken).toBe(2)
    },
  },
]

/** The storage's clock is the only one. */
export const skewedClocks: Topic = { name: "callers' clocks", cases: CASES }
