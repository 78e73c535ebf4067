import { expect } from 'vitest'
import { nth, only, range, take, usedOf, usedOfAll } from '../asking/ask.ts'
import { adjusted, adjustmentOf, fresh, MAX } from '../asking/operations.ts'
import type { Case, Topic } from '../context.ts'
import { KINDS } from '../windows.ts'

const OVERFLOWS: readonly (readonly [used: number, change: number, fits: boolean])[] = [
  [1, MAX - 1, true],
  [1, MAX, false],
  [MAX - 1, 1, true],
  [MAX, 1, false],
  [MAX, 0, true],
  [MAX, MAX, false],
  [2 ** 52, 2 ** 52 - 1, true],
  [2 ** 52, 2 ** 52, false],
  [MAX, -MAX, true],
  [MAX, -1, true],
  [2 ** 52 + 1, -(2 ** 52), true],
]

const CASES: readonly Case[] = [
  ...OVERFLOWS.map(([used, change, fits]): Case => {
    return {
      name: `are exact up to 2^53-1: ${show(used)} used, changed by ${show(change)}, ${fits ? 'fits' : 'fails'}`,
      run: async ({ store, window }) => {
        for (const kind of KINDS) {
          const user = fresh()
          const own = window(MAX, kind)
          const taken = only(await take(store, user, own, { cost: used }))
          const reply = await store.ask(adjustmentOf(user, adjusted(own, taken, change)))
          const after = fits ? used + change : used
          if (fits) expect(reply).toMatchObject({ windows: [{ applied: change, used: after }] })
          else expect(reply).toBeInstanceOf(Error)
          expect(await usedOf(store, user, own)).toBe(after)
        }
      },
    }
  }),
  {
    name: 'that exceed 2^53-1 in one window change none of the others',
    run: async ({ store, window }) => {
      for (const place of range(3)) {
        const user = fresh()
        const windows = KINDS.map((kind) => window(MAX, kind))
        const costs = windows.map((_, i) => (i === place ? MAX - 5 : 50))
        const taken = await take(store, user, windows, { cost: costs })
        for (const change of [-9, 9]) {
          const named = windows.map((each, i) => adjusted(each, nth(taken.windows, i), i === place ? 6 : change))
          expect(await store.ask(adjustmentOf(user, named))).toBeInstanceOf(Error)
          expect(await usedOfAll(store, user, windows)).toEqual(costs)
        }
      }
    },
  },
  {
    name: 'that fail leave their neighbours in a list alone',
    run: async ({ store, window }) => {
      const [full, user] = [fresh(), fresh()]
      const own = window(MAX)
      const taken = only(await take(store, full, own, { cost: MAX }))
      const other = only(await take(store, user, own, { cost: 5 }))
      const replies = await store.askAll([
        adjustmentOf(user, adjusted(own, other, -1)),
        adjustmentOf(full, adjusted(own, taken, 1)),
        adjustmentOf(full, adjusted(own, taken, -1)),
        adjustmentOf(full, adjusted(own, taken, 1)),
        adjustmentOf(user, adjusted(own, other, 2)),
      ])
      expect(replies.map((reply) => reply instanceof Error)).toEqual([false, true, false, false, false])
      expect([await usedOf(store, full, own), await usedOf(store, user, own)]).toEqual([MAX, 6])
    },
  },
]

function show(count: number): string {
  const below = 2 ** 53 - Math.abs(count)
  return below < 20 ? `${count < 0 ? '-(' : ''}2^53-${below}${count < 0 ? ')' : ''}` : String(count)
}

/** Adjustments are exact up to 2^53-1, and fail as a whole beyond it. */
export const largeAdjustments: Topic = { name: 'large adjustments', cases: CASES }
