import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { nth, only, range, read, take, usedOf, usedOfAll } from '../asking/ask.ts'
import { fresh, MAX } from '../asking/operations.ts'
import { type Case, type Context, expiryOf, type Topic } from '../context.ts'
import { KINDS } from '../windows.ts'

/** Windows of one identifier, of all kinds and lengths, under these limits. */
function windowsOf({ window }: Context, ...limits: readonly number[]): readonly Window[] {
  return limits.map((limit, i) => window(limit, nth(KINDS, i % 3), nth([0, 1, 2] as const, Math.floor(i / 3) % 3)))
}

const CASES: readonly Case[] = [
  {
    name: 'an admitted take is charged to each window',
    run: async (context) => {
      const user = fresh()
      const windows = windowsOf(context, 10, 20, 30, 40)
      const reply = await take(context.store, user, windows, { cost: 3, times: 2 })
      expect(reply.timesTaken).toBe(2)
      expect(reply.windows.map(({ used }) => used)).toEqual([6, 6, 6, 6])
      for (const window of windows) expect(await usedOf(context.store, user, window)).toBe(6)
    },
  },
  {
    name: 'each window is charged its own cost',
    run: async (context) => {
      const { store } = context
      const user = fresh()
      const windows = windowsOf(context, 100, 100, 100, 100)
      const reply = await take(store, user, windows, { cost: [1, 20, 0, 3], times: 2 })
      expect(reply.timesTaken).toBe(2)
      expect(reply.windows.map(({ used }) => used)).toEqual([2, 40, 0, 6])
      expect(await usedOfAll(store, user, windows)).toEqual([2, 40, 0, 6])
      const other = await take(store, user, windows.toReversed(), { cost: [30, 2, 10, 1] })
      expect(other.windows.map(({ used }) => used)).toEqual([36, 2, 50, 3])
      expect(await usedOfAll(store, user, windows)).toEqual([3, 50, 2, 36])
    },
  },
  {
    name: 'takes as often as the scarcest window allows, each by its own cost',
    run: async (context) => {
      for (const [limits, cost, times, taken] of [
        [[100, 7, 50], [2, 2, 2], 10, 3],
        [[100, 7, 50], [30, 1, 1], 10, 3],
        [[100, 7, 50], [1, 1, 26], 10, 1],
        [[100, 7, 50], [1, 1, 51], 10, 0],
        [[100, 7, 50], [0, 1, 0], 10, 7],
        [[5, 7, 0], [1, 1, 0], 10, 5],
        [[MAX, MAX, 9], [1, MAX, 0], 5, 1],
        [[MAX, MAX, MAX], [1, 2, 3], MAX, (MAX - 1) / 3],
      ] as const) {
        const user = fresh()
        const reply = await take(context.store, user, windowsOf(context, ...limits), { cost, times })
        expect(reply.timesTaken).toBe(taken)
        expect(reply.windows.map(({ used }) => used)).toEqual(cost.map((each) => each * taken))
      }
    },
  },
  ...range(4).map((full): Case => {
    return {
      name: `a denial by window ${full + 1} of 4 leaves the others untouched`,
      run: async (context) => {
        const { store } = context
        const user = fresh()
        const windows = windowsOf(context, 10, 20, 30, 40)
        await take(store, user, windows, { cost: 2 })
        await take(store, user, { ...nth(windows, full), limit: 50 }, { cost: 48 })
        const reply = await take(store, user, windows)
        expect(reply.timesTaken).toBe(0)
        const used = windows.map((_, i) => (i === full ? 50 : 2))
        expect(reply.windows.map((state) => state.used)).toEqual(used)
        expect(await usedOfAll(store, user, windows)).toEqual(used)
      },
    }
  }),
  {
    name: 'a denial opens none of the other windows',
    run: async (context) => {
      const { store, passTime } = context
      for (const full of range(4)) {
        const user = fresh()
        const windows = windowsOf(context, 5, 5, 5, 5)
        await take(store, user, nth(windows, full), { cost: 5 })
        expect((await take(store, user, windows)).timesTaken).toBe(0)
        await passTime(2)
        for (const [i, window] of windows.entries()) {
          if (i === full) continue
          const { now, windows: states } = await take(store, user, window, { cost: 0 })
          expect(nth(states, 0).used).toBe(0)
          if (window.anchor === 'first-hit') expect(nth(states, 0).resetAt).toBe(now + window.windowMs)
          expect(await expiryOf(context, user, window)).toBeOneOf([undefined, 'unseen'])
        }
      }
    },
  },
  {
    name: 'an admitted take opens every window, also those of cost 0',
    run: async (context) => {
      const { store, window, passTime } = context
      const user = fresh()
      const windows = [window(5, 'first-hit'), window(5, 'first-hit', 1), window(0, 'first-hit', 2)]
      const opening = await take(store, user, windows, { cost: [0, 2, 0] })
      expect(opening.timesTaken).toBe(1)
      await passTime(3)
      for (const [i, each] of windows.entries()) {
        expect(await read(store, user, each)).toEqual(nth(opening.windows, i))
        expect(await expiryOf(context, user, each)).not.toBeUndefined()
      }
    },
  },
  {
    name: 'a take whose costs are all 0 opens no window',
    run: async (context) => {
      const { store, window, passTime } = context
      const user = fresh()
      const windows = [window(5, 'first-hit'), window(5, 'first-hit', 1), window(5, 'epoch')]
      for (const times of [1, 3]) {
        const reply = await take(store, user, windows, { cost: 0, times })
        expect(reply.timesTaken).toBe(times)
        await passTime(2)
        const later = await take(store, user, windows, { cost: 0 })
        expect(nth(later.windows, 0).resetAt).toBe(later.now + context.longMs[0])
        for (const each of windows) expect(await expiryOf(context, user, each)).toBeOneOf([undefined, 'unseen'])
      }
    },
  },
  {
    name: 'answers in the order of the windows asked for, whatever it is',
    run: async (context) => {
      const { store } = context
      const user = fresh()
      const windows = windowsOf(context, 10, 10, 10, 10)
      for (const [i, window] of windows.entries()) await take(store, user, window, { cost: i + 1 })
      const states = await Promise.all(windows.map((window) => read(store, user, window)))
      for (const order of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [2, 0, 3, 1],
      ]) {
        const asked = order.map((i) => nth(windows, i))
        const reply = await take(store, user, asked, { cost: 0 })
        expect(reply.windows).toEqual(order.map((i) => nth(states, i)))
      }
    },
  },
  {
    name: 'sets of windows that overlap share the counters of the windows they have in common',
    run: async (context) => {
      const user = fresh()
      const [a, b, c] = windowsOf(context, 10, 10, 10) as [Window, Window, Window]
      await take(context.store, user, [a, b], { cost: 2 })
      await take(context.store, user, [c, b], { cost: 3 })
      await take(context.store, user, b, { cost: 4 })
      const reply = await take(context.store, user, [a, b, c], { cost: 2 })
      expect(reply.timesTaken).toBe(0)
      expect(reply.windows.map(({ used }) => used)).toEqual([2, 9, 3])
    },
  },
  {
    name: 'nine windows at once',
    run: async (context) => {
      const user = fresh()
      const windows = windowsOf(context, 9, 8, 7, 6, 5, 14, 13, 12, 11)
      const reply = await take(context.store, user, windows, { times: 9 })
      expect(reply.timesTaken).toBe(5)
      expect(reply.windows.map(({ used }) => used)).toEqual(windows.map(() => 5))
      expect(only(await take(context.store, user, nth(windows, 8), { cost: 0 })).used).toBe(5)
    },
  },
]

/** I7: a take is charged to all of its windows, or to none. */
export const severalWindows: Topic = { name: 'several windows', cases: CASES }
