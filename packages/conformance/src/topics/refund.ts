import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, fresh, MAX, only, read, refund, usedOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'
import { limiterRefunds } from './refund-by-limiter.ts'

const SHORT_MS = 150

const PER_ANCHOR = ANCHORS.flatMap((anchor): Case[] => [
  {
    name: `gives units back to the window they were taken from (${anchor})`,
    run: async ({ store, window }) => {
      const key = fresh()
      const own = window(10, anchor)
      const taken = await ask(store, key, own, { cost: 7 })
      const reply = await refund(store, key, [own], taken, 3)
      expect(reply.refunded).toEqual([3])
      expect(reply.now).toBeGreaterThanOrEqual(taken.now)
      expect(await read(store, key, own)).toEqual({ used: 4, resetAt: only(taken).resetAt })
      expect((await ask(store, key, own, { times: 9 })).taken).toBe(6)
    },
  },
  {
    name: `gives back no more than what is used (${anchor})`,
    run: async ({ store, window }) => {
      const key = fresh()
      const own = window(10, anchor)
      const taken = await ask(store, key, own, { cost: 4 })
      expect((await refund(store, key, [own], taken, 5)).refunded).toEqual([4])
      expect((await refund(store, key, [own], taken, MAX)).refunded).toEqual([0])
      expect((await ask(store, key, own, { times: 99 })).taken).toBe(10)
    },
  },
  {
    name: `leaves a window open that it empties (${anchor})`,
    run: async ({ store, window, harness }) => {
      const key = fresh()
      const own = window(10, anchor)
      const taken = await ask(store, key, own, { cost: 4 })
      await harness.passTime(20)
      await refund(store, key, [own], taken, 4)
      expect(await read(store, key, own)).toEqual({ used: 0, resetAt: only(taken).resetAt })
      expect(only(await ask(store, key, own))).toEqual({ used: 1, resetAt: only(taken).resetAt })
    },
  },
  {
    name: `of 0 units changes nothing (${anchor})`,
    run: async ({ store, window }) => {
      const key = fresh()
      const own = window(10, anchor)
      const taken = await ask(store, key, own, { cost: 4 })
      expect((await refund(store, key, [own], taken, 0)).refunded).toEqual([0])
      expect(await read(store, key, own)).toEqual(only(taken))
    },
  },
  {
    name: `does not move the expiry (${anchor})`,
    run: async ({ store, window, harness }) => {
      const key = fresh()
      const own = window(10, anchor)
      const taken = await ask(store, key, own, { cost: 4 })
      for (const cost of [1, 3]) {
        const before = (await harness.expiresInMs({ key, window: own })) ?? Number.NaN
        await harness.passTime(40)
        await refund(store, key, [own], taken, cost)
        // A storage that is read through its store shows no counter once nothing is used.
        const after = await harness.expiresInMs({ key, window: own })
        if (cost === 1 || after !== undefined) expect(after).toBeLessThanOrEqual(before - 30)
      }
      expect((await read(store, key, own)).resetAt).toBe(only(taken).resetAt)
    },
  },
  {
    name: `under another window's end does nothing (${anchor})`,
    run: async ({ store, window }) => {
      const key = fresh()
      const own = window(10, anchor)
      const { resetAt } = only(await ask(store, key, own, { cost: 4 }))
      for (const other of [resetAt - 1, resetAt + 1, resetAt - own.windowMs, resetAt + own.windowMs, 0, MAX]) {
        const reply = await store.refund({ key, windows: [{ ...own, resetAt: other }], cost: 2 })
        expect(reply.refunded).toEqual([0])
      }
      expect(await read(store, key, own)).toEqual({ used: 4, resetAt })
    },
  },
  {
    name: `never creates a counter (${anchor})`,
    run: async ({ store, window, harness }) => {
      const key = fresh()
      const own = window(10, anchor)
      const seen = await ask(store, key, own, { cost: 0 })
      expect((await refund(store, key, [own], seen, 5)).refunded).toEqual([0])
      expect(await harness.expiresInMs({ key, window: own })).toBeUndefined()
      expect((await ask(store, key, own, { times: 99 })).taken).toBe(10)
    },
  },
  {
    name: `that comes late neither creates a counter nor reaches the next window (${anchor})`,
    run: async ({ store, harness }) => {
      for (const opened of [false, true]) {
        const key = fresh()
        const own: Window = { limit: 10, windowMs: SHORT_MS, anchor }
        const taken = await ask(store, key, own, { cost: 6 })
        await harness.passTime(SHORT_MS)
        const next = await ask(store, key, own, { cost: opened ? 7 : 0 })
        expect((await refund(store, key, [own], taken, 6)).refunded).toEqual([0])
        const after = await ask(store, key, own, { cost: 0 })
        if (only(after).resetAt === only(next).resetAt) expect(only(after).used).toBe(opened ? 7 : 0)
        else expect(only(after).used).toBe(0)
        if (!opened) expect(await harness.expiresInMs({ key, window: own })).toBeUndefined()
      }
    },
  },
])

const CASES: readonly Case[] = [
  ...PER_ANCHOR,
  {
    name: 'goes to each window by itself',
    run: async ({ store, window, longMs, harness }) => {
      const key = fresh()
      const open = window(10)
      const scarce: Window = { limit: 10, windowMs: longMs[1], anchor: 'first-hit' }
      const absent: Window = { limit: 10, windowMs: longMs[2], anchor: 'epoch' }
      const late: Window = { limit: 10, windowMs: SHORT_MS, anchor: 'first-hit' }
      const taken = await ask(store, key, [open, scarce, late], { cost: 5 })
      await refund(store, key, [scarce], { ...taken, windows: taken.windows.slice(1) }, 3)
      const { resetAt } = await read(store, key, absent)
      await harness.passTime(SHORT_MS)
      const windows = [open, scarce, late].map((each, i) => ({ ...each, resetAt: taken.windows[i]?.resetAt ?? 0 }))
      const reply = await store.refund({ key, windows: [...windows, { ...absent, resetAt }], cost: 4 })
      expect(reply.refunded).toEqual([4, 2, 0, 0])
      const states = await Promise.all([open, scarce, late, absent].map((each) => usedOf(store, key, each)))
      expect(states).toEqual([1, 0, 0, 0])
    },
  },
  {
    name: 'is exact up to 2^53-1',
    run: async ({ store, window }) => {
      const key = fresh()
      const taken = await ask(store, key, window(MAX), { cost: MAX })
      expect((await refund(store, key, [window(MAX)], taken, 1)).refunded).toEqual([1])
      expect(await usedOf(store, key, window(MAX))).toBe(MAX - 1)
      expect((await refund(store, key, [window(MAX)], taken, MAX)).refunded).toEqual([MAX - 1])
      expect(await usedOf(store, key, window(MAX))).toBe(0)
    },
  },
  ...limiterRefunds,
]

/** Units go back to the very window they came from, or nowhere. */
export const refunds: Topic = { name: 'refund', cases: CASES }
