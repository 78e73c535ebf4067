import type { Operation } from '@rl/core'
import { expect } from 'vitest'
import { adjust, asTake, nth, only, range, take, takeAll, usedOf } from '../asking/ask.ts'
import { adjusted, adjustmentOf, clearOf, fresh, takeOf } from '../asking/operations.ts'
import type { Case, Topic } from '../context.ts'
import { KINDS } from '../windows.ts'

const CASES: readonly Case[] = [
  {
    name: 'of nothing are answered by an empty list',
    run: async ({ store }) => {
      expect(await store.askAll([])).toEqual([])
    },
  },
  {
    name: 'apply takes of one identifier in order',
    run: async ({ store, window }) => {
      const user = fresh()
      const costs = [4, 5, 2, 1, 1, 0, 1]
      const replies = await takeAll(
        store,
        costs.map((cost) => takeOf(user, window(10), { cost })),
      )
      expect(replies.map(({ timesTaken }) => timesTaken)).toEqual([1, 1, 0, 1, 0, 1, 0])
      expect(replies.map((reply) => only(reply).used)).toEqual([4, 9, 9, 10, 10, 10, 10])
    },
  },
  ...KINDS.map(
    (kind): Case => ({
      name: `let takes, adjustments and clears of one identifier see each other (${kind})`,
      run: async ({ store, window, passTime }) => {
        const [user, other] = [fresh(), fresh()]
        const own = window(10, kind)
        const taken = only(await take(store, user, own, { cost: 4 }))
        await passTime(2)
        const replies = await store.askAll([
          takeOf(user, own, { cost: 3 }),
          takeOf(other, own, { cost: 2 }),
          adjustmentOf(user, adjusted(own, taken, -6)),
          takeOf(user, own, { times: 20 }),
          adjustmentOf(user, adjusted(own, taken, 5)),
          takeOf(user, own, { cost: 0 }),
          clearOf(user, own),
          takeOf(user, own, { cost: 2 }),
          adjustmentOf(user, adjusted(own, taken, -1)),
          takeOf(other, own, { cost: 0 }),
        ])
        const generation = kind === 'first-hit' ? 0 : 1
        expect(replies).toMatchObject([
          { timesTaken: 1, windows: [{ used: 7, generation: 0 }] },
          { timesTaken: 1, windows: [{ used: 2 }] },
          { windows: [{ applied: -6, used: 1 }] },
          { timesTaken: 9, windows: [{ used: 10 }] },
          { windows: [{ applied: 5, used: 15 }] },
          { timesTaken: 0, windows: [{ used: 15, resetAt: taken.resetAt }] },
          {},
          { timesTaken: 1, windows: [{ used: 2, generation }] },
          { windows: ['ended'] },
          { timesTaken: 1, windows: [{ used: 2 }] },
        ])
      },
    }),
  ),
  {
    name: 'may name one window in many takes, beside other windows',
    run: async ({ store, window }) => {
      const user = fresh()
      const [a, b, c] = [window(10), window(20, 'first-hit'), window(30, 'calendar')]
      const replies = await takeAll(store, [
        takeOf(user, [a, b], { cost: [2, 3] }),
        takeOf(user, [b, c], { cost: [4, 5] }),
        takeOf(user, [c, a], { cost: [6, 9] }),
        takeOf(user, [c, b, a], { cost: [1, 2, 3] }),
      ])
      expect(replies.map(({ windows }) => windows.map(({ used }) => used))).toEqual([
        [2, 3],
        [7, 5],
        [5, 2],
        [6, 9, 5],
      ])
    },
  },
  {
    name: 'may mix windows, limits, costs, times and scopes',
    run: async ({ store, window }) => {
      const [a, b] = [fresh(), { ...fresh(), scope: 'conformance-2' }]
      const other = window(3, 'first-hit', 1)
      const replies = await takeAll(store, [
        takeOf(a, window(10), { cost: 2, times: 3 }),
        takeOf(b, [other, window(5)], { cost: 1, times: 9 }),
        takeOf(a, [window(20), other], { cost: 3 }),
        takeOf(b, window(4)),
        takeOf({ ...a, scope: b.scope }, window(4)),
      ])
      expect(replies.map(({ timesTaken }) => timesTaken)).toEqual([3, 3, 1, 1, 1])
      expect(replies.map(({ windows }) => windows.map(({ used }) => used))).toEqual([[6], [3, 3], [9, 3], [4], [1]])
    },
  },
  {
    name: 'of 1,000 takes are answered in order',
    run: async ({ store, window }) => {
      const users = range(500).map(fresh)
      const takes = [...users, ...users.toReversed()].map((user, i) => takeOf(user, window(1100), { cost: i + 1 }))
      const replies = await takeAll(store, takes)
      expect(replies).toHaveLength(1000)
      for (const [i, reply] of replies.entries()) {
        const cost = i + 1
        const before = i < 500 ? 0 : 1000 - i
        const fits = before + cost <= 1100
        expect([reply.timesTaken, only(reply).used]).toEqual(fits ? [1, before + cost] : [0, before])
      }
    },
  },
  {
    name: 'of 1,000 takes of one identifier and several windows each count every one',
    run: async ({ store, window }) => {
      const user = fresh()
      const windows = KINDS.map((kind) => window(900, kind))
      const replies = await takeAll(
        store,
        range(1000).map(() => takeOf(user, windows)),
      )
      expect(replies.map((reply) => nth(reply.windows, 1).used)).toEqual(range(1000).map((i) => Math.min(900, i + 1)))
    },
  },
  {
    name: 'of 1,000 adjustments and clears are answered in order',
    run: async ({ store, window }) => {
      const user = fresh()
      const own = window(5000)
      const taken = only(await take(store, user, own, { cost: 1000 }))
      const operations = range(1000).map((i): Operation => {
        return i % 100 === 99 ? clearOf(fresh(), own) : adjustmentOf(user, adjusted(own, taken, i % 2 === 0 ? -2 : 1))
      })
      const replies = await store.askAll(operations)
      let used = 1000
      for (const [i, reply] of replies.entries()) {
        if (i % 100 === 99) continue
        used += i % 2 === 0 ? -2 : 1
        expect(reply).toMatchObject({ windows: [{ used }] })
      }
      expect(await usedOf(store, user, own)).toBe(used)
    },
  },
  {
    name: 'leave the operations and earlier answers as they were',
    run: async ({ store, window }) => {
      const user = fresh()
      const own = window(10)
      const asked = takeOf(user, [own, window(10, 'first-hit')], { cost: [2, 1] })
      const copy = structuredClone(asked)
      const first = asTake(await store.ask(asked))
      const kept = structuredClone(first)
      const adjustment = await adjust(store, user, adjusted(own, only(first), -1))
      const keptAdjustment = structuredClone(adjustment)
      const list = await takeAll(store, [takeOf(user, own), takeOf(fresh(), own, { cost: 7 }), takeOf(user, own)])
      expect(list.map((reply) => only(reply).used)).toEqual([2, 7, 3])
      await take(store, fresh(), window(3), { cost: 3 })
      await adjust(store, user, adjusted(own, only(first), 4))
      expect([asked, first, adjustment]).toEqual([copy, kept, keptAdjustment])
      expect(list.map((reply) => only(reply).used)).toEqual([2, 7, 3])
    },
  },
]

/** A list is applied in order, and answered in order. */
export const lists: Topic = { name: 'lists', cases: CASES }
