import type { Window } from '@rl/core'
import { counterName } from '@rl/core/keys'
import { expect } from 'vitest'
import { adjust, clear, nth, range, take, usedOf, usedOfAll } from '../asking/ask.ts'
import { adjusted, fresh } from '../asking/operations.ts'
import type { Case, Topic } from '../context.ts'
import { KINDS } from '../windows.ts'

/** Units that an encoding could take for one another, or for a part of a window's name. */
const UNITS: readonly (string | undefined)[] = [
  ...[undefined, 'a', 'A', 'aa', '_', '__', 'a_', '_a', 'a_a', '0', '1', '00', 'e', 'f', 'undefined', 'null', 'e60000'],
  ...['tokens', 'token', 'Tokens', '__proto__', 'constructor', 'epoch', 'month', 'x'.repeat(32), `${'x'.repeat(31)}y`],
]

const CASES: readonly Case[] = [
  ...KINDS.map(
    (kind): Case => ({
      name: `count apart, and no unit is a unit too (${kind})`,
      run: async ({ store, window }) => {
        const user = fresh()
        const windows = UNITS.map(
          (unit): Window => ({ ...window(1000, kind), ...(unit === undefined ? {} : { unit }) }),
        )
        expect(new Set(windows.map(counterName)).size).toBe(windows.length)
        for (const [i, each] of windows.entries()) await take(store, user, each, { cost: i + 1 })
        const used = []
        for (const each of windows) used.push(await usedOf(store, user, each))
        expect(used).toEqual(range(windows.length).map((i) => i + 1))
        expect(await usedOfAll(store, user, windows)).toEqual(used)
      },
    }),
  ),
  {
    name: 'and lengths that run together have a counter each',
    run: async ({ store, window, longMs }) => {
      const user = fresh()
      const [ms] = longMs
      const windows: Window[] = [
        { ...window(99), unit: '1' },
        { limit: 99, anchor: 'epoch', windowMs: Number(`${ms}1`) },
        { limit: 99, anchor: 'first-hit', windowMs: Number(`${ms}1`) },
        { limit: 99, anchor: 'epoch', windowMs: Number(`1${ms}`), unit: '1' },
        { ...window(99, 'calendar'), unit: 'e' },
        { ...window(99, 'calendar'), unit: `e${ms}` },
        { ...window(99, 'epoch'), unit: 'month' },
      ]
      for (const [i, each] of windows.entries()) await take(store, user, each, { cost: i + 1 })
      expect(await usedOfAll(store, user, windows)).toEqual(range(windows.length).map((i) => i + 1))
    },
  },
  {
    name: 'of one call are taken all at once or not at all, each by its own cost',
    run: async ({ store, window }) => {
      const user = fresh()
      const requests: Window = { ...window(60), unit: 'requests' }
      const tokens: Window = { ...window(1000), unit: 'tokens' }
      const spend = async (cost: readonly number[], times = 1): Promise<readonly number[]> => {
        const { timesTaken, windows } = await take(store, user, [requests, tokens], { cost, times })
        return [timesTaken, ...windows.map(({ used }) => used)]
      }
      expect(await spend([1, 700])).toEqual([1, 1, 700])
      expect(await spend([1, 301])).toEqual([0, 1, 700])
      expect(await spend([60, 1])).toEqual([0, 1, 700])
      expect(await spend([2, 100], 9)).toEqual([3, 7, 1000])
      expect(await spend([1, 0])).toEqual([1, 8, 1000])
      expect(await spend([0, 1])).toEqual([0, 8, 1000])
    },
  },
  {
    name: 'are adjusted and cleared each by itself',
    run: async ({ store, window }) => {
      for (const kind of KINDS) {
        const user = fresh()
        const windows = [undefined, 'requests', 'tokens'].map(
          (unit): Window => ({ ...window(100, kind), ...(unit === undefined ? {} : { unit }) }),
        )
        const taken = await take(store, user, windows, { cost: [10, 20, 30] })
        const reply = await adjust(store, user, [
          adjusted(nth(windows, 2), nth(taken.windows, 2), -12),
          adjusted(nth(windows, 0), nth(taken.windows, 0), 5),
        ])
        expect(reply.windows).toEqual([
          { applied: -12, used: 18 },
          { applied: 5, used: 15 },
        ])
        expect(await usedOfAll(store, user, windows)).toEqual([15, 20, 18])
        await clear(store, user, nth(windows, 1))
        expect(await usedOfAll(store, user, windows)).toEqual([15, 0, 18])
        await clear(store, user, [nth(windows, 0), nth(windows, 2)])
        expect(await usedOfAll(store, user, windows)).toEqual([0, 0, 0])
      }
    },
  },
]

/** Windows that differ in their unit alone have a counter each. */
export const units: Topic = { name: 'units', cases: CASES }
