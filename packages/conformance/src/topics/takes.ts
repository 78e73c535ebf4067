import { expect } from 'vitest'
import { nth, only, range, take, takeAll, usedOf } from '../asking/ask.ts'
import { fresh, MAX, takeOf } from '../asking/operations.ts'
import type { Case, Topic } from '../context.ts'
import { ANCHORS } from '../windows.ts'

interface Row {
  readonly limit: number
  readonly used?: number
  readonly cost: number
  readonly times: number
  readonly taken: number
}

const ROWS: readonly Row[] = [
  { limit: 10, cost: 1, times: 1, taken: 1 },
  { limit: 10, used: 9, cost: 1, times: 1, taken: 1 },
  { limit: 10, used: 10, cost: 1, times: 1, taken: 0 },
  { limit: 10, cost: 10, times: 1, taken: 1 },
  { limit: 10, cost: 11, times: 1, taken: 0 },
  { limit: 10, cost: 1, times: 4, taken: 4 },
  { limit: 10, cost: 1, times: 10, taken: 10 },
  { limit: 10, cost: 1, times: 11, taken: 10 },
  { limit: 10, cost: 3, times: 3, taken: 3 },
  { limit: 10, cost: 3, times: 4, taken: 3 },
  { limit: 10, used: 2, cost: 3, times: 4, taken: 2 },
  { limit: 10, used: 8, cost: 3, times: 4, taken: 0 },
  { limit: 10, cost: 0, times: 7, taken: 7 },
  { limit: 10, used: 10, cost: 0, times: 7, taken: 7 },
  { limit: 10, used: 10, cost: 0, times: MAX, taken: MAX },
  { limit: 0, cost: 1, times: 5, taken: 0 },
  { limit: 0, cost: 0, times: 5, taken: 5 },
  { limit: MAX, cost: 1, times: MAX, taken: MAX },
  { limit: MAX, cost: MAX, times: 1, taken: 1 },
  { limit: MAX, cost: MAX, times: MAX, taken: 1 },
  { limit: MAX, used: 1, cost: MAX, times: 1, taken: 0 },
  { limit: MAX, used: MAX - 1, cost: 1, times: 1, taken: 1 },
  { limit: MAX, used: MAX, cost: 1, times: MAX, taken: 0 },
  { limit: MAX, used: MAX, cost: 0, times: 1, taken: 1 },
  { limit: MAX - 1, used: MAX - 1, cost: 1, times: 1, taken: 0 },
  { limit: MAX, cost: 3, times: MAX, taken: (MAX - 1) / 3 },
  { limit: MAX, cost: 2 ** 52, times: 2, taken: 1 },
  { limit: MAX, cost: 2 ** 52 - 1, times: 3, taken: 2 },
  { limit: 2 ** 53 - 2, cost: 2 ** 51, times: 4, taken: 3 },
  { limit: MAX, used: 5, cost: 2 ** 27, times: MAX, taken: 2 ** 26 - 1 },
  { limit: MAX, used: 2 ** 53 - 11, cost: 3, times: 5, taken: 3 },
]

function rowCase({ limit, used = 0, cost, times, taken }: Row): Case {
  return {
    name: `${show(used)} of ${show(limit)} used: cost ${show(cost)}, times ${show(times)} takes ${show(taken)}`,
    run: async ({ store, window }) => {
      for (const anchor of ANCHORS) {
        const user = fresh()
        if (used > 0) await take(store, user, window(MAX, anchor), { cost: used })
        const reply = await take(store, user, window(limit, anchor), { cost, times })
        expect(reply.timesTaken).toBe(taken)
        expect(only(reply).used).toBe(used + taken * cost)
        expect(await usedOf(store, user, window(limit, anchor))).toBe(used + taken * cost)
      }
    },
  }
}

function show(count: number): string {
  const below = 2 ** 53 - count
  return below < 20 ? `2^53-${below}` : String(count)
}

const CASES: readonly Case[] = [
  ...ROWS.map(rowCase),
  {
    name: 'times: n answers as n takes one after the other',
    run: async ({ store, window }) => {
      for (const [limit, cost, n] of [
        [10, 3, 5],
        [6, 1, 6],
        [4, 5, 2],
      ] as const) {
        const [together, apart] = [fresh(), fresh()]
        const reply = await take(store, together, window(limit), { cost, times: n })
        const replies = await takeAll(
          store,
          range(n).map(() => takeOf(apart, window(limit), { cost })),
        )
        expect(replies.filter(({ timesTaken }) => timesTaken === 1)).toHaveLength(reply.timesTaken)
        expect(only(nth(replies, n - 1))).toEqual(only(reply))
      }
    },
  },
]

/** `timesTaken` is the largest number of times that fits, to the last unit. */
export const takes: Topic = { name: 'takes', cases: CASES }
