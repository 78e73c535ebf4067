import type { Window } from '@rl/core'
import { FixedWindowRateLimiter } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, fresh, nth, read, usedOf } from '../asking.ts'
import type { Case, Context, Topic } from '../context.ts'

/** Windows of one identifier, of both anchors, under these limits. */
function windowsOf({ longMs }: Context, ...limits: readonly number[]): readonly Window[] {
  return limits.map((limit, i) => ({
    limit,
    windowMs: nth(longMs, i % 3),
    anchor: nth(ANCHORS, Math.floor(i / 3) % 2),
  }))
}

const CASES: readonly Case[] = [
  {
    name: 'an admitted take is charged to each window',
    run: async (context) => {
      const key = fresh()
      const windows = windowsOf(context, 10, 20, 30, 40)
      const reply = await ask(context.store, key, windows, { cost: 3, times: 2 })
      expect(reply.taken).toBe(2)
      expect(reply.windows.map(({ used }) => used)).toEqual([6, 6, 6, 6])
      for (const window of windows) expect(await usedOf(context.store, key, window)).toBe(6)
    },
  },
  ...[0, 1, 2, 3].map((full) => ({
    name: `a denial by window ${full + 1} of 4 leaves the others untouched`,
    run: async (context: Context) => {
      const key = fresh()
      const windows = windowsOf(context, 10, 20, 30, 40)
      await ask(context.store, key, windows, { cost: 2 })
      await ask(context.store, key, { ...nth(windows, full), limit: 50 }, { cost: 48 })
      const reply = await ask(context.store, key, windows)
      expect(reply.taken).toBe(0)
      const used = windows.map((_, i) => (i === full ? 50 : 2))
      expect(reply.windows.map((state) => state.used)).toEqual(used)
      for (const [i, window] of windows.entries()) expect(await usedOf(context.store, key, window)).toBe(used[i])
    },
  })),
  {
    name: 'a denial creates none of the other counters',
    run: async (context) => {
      const { store, harness } = context
      for (const full of [0, 1, 2, 3]) {
        const key = fresh()
        const windows = windowsOf(context, 5, 5, 5, 5)
        await ask(store, key, nth(windows, full), { cost: 5 })
        expect((await ask(store, key, windows)).taken).toBe(0)
        for (const [i, window] of windows.entries()) {
          if (i === full) continue
          expect(await usedOf(store, key, window)).toBe(0)
          expect(await harness.expiresInMs({ key, window })).toBeUndefined()
        }
      }
    },
  },
  {
    name: 'takes as often as fits in the window with the least left',
    run: async (context) => {
      const key = fresh()
      const windows = windowsOf(context, 100, 7, 50)
      const reply = await ask(context.store, key, windows, { cost: 2, times: 10 })
      expect(reply.taken).toBe(3)
      expect(reply.windows.map(({ used }) => used)).toEqual([6, 6, 6])
    },
  },
  {
    name: 'answers in the order of the windows asked for, whatever it is',
    run: async (context) => {
      const key = fresh()
      const windows = windowsOf(context, 10, 10, 10, 10)
      for (const [i, window] of windows.entries()) await ask(context.store, key, window, { cost: i + 1 })
      const states = await Promise.all(windows.map((window) => read(context.store, key, window)))
      for (const order of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [2, 0, 3, 1],
      ]) {
        const reply = await ask(
          context.store,
          key,
          order.map((i) => nth(windows, i)),
          { cost: 0 },
        )
        // A first-hit window's end is a fact; an epoch window's as well, as none ends meanwhile.
        expect(reply.windows).toEqual(order.map((i) => nth(states, i)))
      }
    },
  },
  {
    name: 'sets of windows that overlap share the counters of the windows they have in common',
    run: async (context) => {
      const key = fresh()
      const [a, b, c] = windowsOf(context, 10, 10, 10) as [Window, Window, Window]
      await ask(context.store, key, [a, b], { cost: 2 })
      await ask(context.store, key, [c, b], { cost: 3 })
      await ask(context.store, key, b, { cost: 4 })
      const reply = await ask(context.store, key, [a, b, c], { cost: 2 })
      expect(reply.taken).toBe(0)
      expect(reply.windows.map(({ used }) => used)).toEqual([2, 9, 3])
    },
  },
  {
    name: 'five windows at once',
    run: async (context) => {
      const key = fresh()
      const windows = windowsOf(context, 9, 8, 7, 6, 5)
      const reply = await ask(context.store, key, windows, { times: 9 })
      expect(reply.taken).toBe(5)
      expect(reply.windows.map(({ used }) => used)).toEqual([5, 5, 5, 5, 5])
    },
  },
  {
    name: 'a limiter charges none of its windows for a call that one of them denies',
    run: async ({ store, longMs }) => {
      const limiter = new FixedWindowRateLimiter({
        name: fresh(),
        store,
        windows: [
          { limit: 2, window: longMs[0], anchor: 'first-hit' },
          { limit: 5, window: longMs[1] },
        ],
        deadlineMs: 30_000,
      })
      const remaining = async (cost: number): Promise<readonly number[]> =>
        (await limiter.limit('id', { cost })).windows.map((window) => window.remaining)
      expect(await remaining(2)).toEqual([0, 3])
      for (let i = 0; i < 5; i++) expect(await remaining(1)).toEqual([0, 3])
    },
  },
]

/** I7: all the windows of a take, or none. */
export const severalWindows: Topic = { name: 'several windows', cases: CASES }
