import { expect } from 'vitest'
import { ANCHORS, ask, askAll, fresh, MAX, nth, only, range, takeOf, usedOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

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
  { limit: 0, cost: 1, times: 5, taken: 0 },
  { limit: 0, cost: 0, times: 5, taken: 5 },
  { limit: MAX, cost: 1, times: MAX, taken: MAX },
  { limit: MAX, cost: MAX, times: 1, taken: 1 },
  { limit: MAX, cost: MAX, times: MAX, taken: 1 },
  { limit: MAX, used: 1, cost: MAX, times: 1, taken: 0 },
  { limit: MAX, used: MAX - 1, cost: 1, times: 1, taken: 1 },
  { limit: MAX, used: MAX, cost: 1, times: MAX, taken: 0 },
  { limit: MAX - 1, used: MAX - 1, cost: 1, times: 1, taken: 0 },
  { limit: MAX, cost: 3, times: MAX, taken: (MAX - 1) / 3 },
  { limit: MAX, cost: 2 ** 52, times: 2, taken: 1 },
  { limit: MAX, cost: 2 ** 52 - 1, times: 3, taken: 2 },
  { limit: 2 ** 53 - 2, cost: 2 ** 51, times: 4, taken: 3 },
  { limit: MAX, used: 5, cost: 2 ** 27, times: 2 ** 53 - 1, taken: 2 ** 26 - 1 },
]

function rowCase(row: Row): Case {
  const { limit, used = 0, cost, times, taken } = row
  return {
    name: `${show(used)} of ${show(limit)} used: cost ${show(cost)}, times ${show(times)} takes ${show(taken)}`,
    run: async ({ store, window }) => {
      for (const anchor of ANCHORS) {
        const key = fresh()
        if (used > 0) await ask(store, key, window(MAX, anchor), { cost: used })
        const reply = await ask(store, key, window(limit, anchor), { cost, times })
        expect(reply.taken).toBe(taken)
        expect(only(reply).used).toBe(used + taken * cost)
        expect(await usedOf(store, key, window(limit, anchor))).toBe(used + taken * cost)
      }
    },
  }
}

function show(count: number): string {
  const below = 2 ** 53 - count
  return below < 10 ? `2^53-${below}` : String(count)
}

const LISTS: readonly Case[] = [
  {
    name: 'times: n answers as n takes one after the other',
    run: async ({ store, window }) => {
      for (const [limit, cost, n] of [
        [10, 3, 5],
        [6, 1, 6],
        [4, 5, 2],
      ] as const) {
        const [together, apart] = [fresh(), fresh()]
        const reply = await ask(store, together, window(limit), { cost, times: n })
        const takes = range(n).map(() => takeOf(apart, window(limit), { cost }))
        const replies = await askAll(store, takes)
        expect(replies.filter(({ taken }) => taken === 1)).toHaveLength(reply.taken)
        expect(only(nth(replies, n - 1))).toEqual(only(reply))
      }
    },
  },
  {
    name: 'takes of one key in one list are applied in order',
    run: async ({ store, window }) => {
      const key = fresh()
      const costs = [4, 5, 2, 1, 1, 0, 1]
      const replies = await askAll(
        store,
        costs.map((cost) => takeOf(key, window(10), { cost })),
      )
      expect(replies.map(({ taken }) => taken)).toEqual([1, 1, 0, 1, 0, 1, 0])
      expect(replies.map((reply) => only(reply).used)).toEqual([4, 9, 9, 10, 10, 10, 10])
    },
  },
  {
    name: 'a list of no takes is answered by an empty list',
    run: async ({ store }) => {
      expect(await store.take([])).toEqual([])
    },
  },
  {
    name: 'a list of many takes is answered in order',
    run: async ({ store, window }) => {
      const keys = range(300).map(fresh)
      const takes = [...keys, ...keys.toReversed()].map((key, i) => takeOf(key, window(700), { cost: i + 1 }))
      const replies = await askAll(store, takes)
      expect(replies).toHaveLength(600)
      for (const [i, reply] of replies.entries()) {
        const cost = i + 1
        const before = i < 300 ? 0 : 600 - i
        const fits = before + cost <= 700
        expect([reply.taken, only(reply).used]).toEqual(fits ? [1, before + cost] : [0, before])
      }
    },
  },
  {
    name: 'takes in one list differ in windows, limits, costs and times',
    run: async ({ store, window, longMs }) => {
      const [a, b] = [fresh(), fresh()]
      const other = { limit: 3, windowMs: longMs[1], anchor: 'first-hit' as const }
      const replies = await askAll(store, [
        takeOf(a, window(10), { cost: 2, times: 3 }),
        takeOf(b, [other, window(5)], { cost: 1, times: 9 }),
        takeOf(a, [window(20), other], { cost: 3 }),
        takeOf(b, window(4)),
      ])
      expect(replies.map(({ taken }) => taken)).toEqual([3, 3, 1, 1])
      expect(replies.map(({ windows }) => windows.map(({ used }) => used))).toEqual([[6], [3, 3], [9, 3], [4]])
    },
  },
]

/** `taken` is the largest number of times that fits, to the last unit. */
export const costAndTimes: Topic = { name: 'cost and times', cases: [...ROWS.map(rowCase), ...LISTS] }
