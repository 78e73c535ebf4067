import type { CounterWindow } from '@rl/core'
import { expect } from 'vitest'
import { clear, nth, only, range, take, usedOf, usedOfAll } from '../asking/ask.ts'
import { clearOf, fresh, freshName, MAX } from '../asking/operations.ts'
import { type Case, expiryOf, type Topic } from '../context.ts'
import { KINDS } from '../windows.ts'

const CASES: readonly Case[] = [
  ...KINDS.map(
    (kind): Case => ({
      name: `forget what was used, and keep the end unless the anchor is first-hit (${kind})`,
      run: async (context) => {
        const { store, window, passTime } = context
        const user = fresh()
        const own = window(5, kind)
        const before = await take(store, user, own, { cost: 5 })
        await passTime(5)
        const reply = await store.ask(clearOf(user, own))
        expect(reply).toEqual({ now: expect.any(Number) })
        expect((reply as { now: number }).now).toBeGreaterThanOrEqual(before.now + 5)
        expect(await usedOf(store, user, own)).toBe(0)
        if (kind === 'first-hit') expect(await expiryOf(context, user, own)).toBeOneOf([undefined, 'unseen'])
        await passTime(5)
        const after = await take(store, user, own, { times: 9 })
        expect(after.timesTaken).toBe(5)
        const resetAt = own.anchor === 'first-hit' ? after.now + own.windowMs : only(before).resetAt
        expect(only(after).resetAt).toBe(resetAt)
      },
    }),
  ),
  {
    name: 'clear only the windows they name',
    run: async ({ store, window }) => {
      const user = fresh()
      const windows = KINDS.flatMap((kind) => ([0, 1] as const).map((length) => window(MAX, kind, length)))
      await take(store, user, windows, { cost: [1, 2, 3, 4, 5, 6] })
      await clear(store, user, nth(windows, 0))
      expect(await usedOfAll(store, user, windows)).toEqual([0, 2, 3, 4, 5, 6])
      await clear(store, user, windows.slice(3, 5))
      expect(await usedOfAll(store, user, windows)).toEqual([0, 2, 3, 0, 0, 6])
      await clear(store, user, windows.toReversed())
      expect(await usedOfAll(store, user, windows)).toEqual([0, 0, 0, 0, 0, 0])
    },
  },
  {
    name: 'clear only the identifier they name, whatever a pattern would match',
    run: async ({ store, window }) => {
      // Patterns are the same in each way of asking.
      const scope = freshName()
      const { id } = fresh()
      const others = [`${id}1`, `${id}:1`, `${id}*1`, `1${id}`, id.slice(0, -1), id.toUpperCase(), fresh().id]
      for (const other of others) await take(store, { scope, id: other }, window(9), { cost: 4 })
      await take(store, { scope: `${scope}2`, id }, window(9), { cost: 4 })
      for (const pattern of [id, `${id}*`, `${id}?`, '*', '?*', `${id.slice(0, -1)}[0-9a-z]`]) {
        const user = { scope, id: pattern }
        await take(store, user, window(MAX))
        await clear(store, user, window(MAX))
        expect(await usedOf(store, user, window(MAX))).toBe(0)
      }
      for (const other of others) expect(await usedOf(store, { scope, id: other }, window(9))).toBe(4)
      expect(await usedOf(store, { scope: `${scope}2`, id }, window(9))).toBe(4)
    },
  },
  {
    name: 'of what is not there do nothing, also twice and beside what is there',
    run: async (context) => {
      const { store, window } = context
      const user = fresh()
      const windows = KINDS.map((kind) => window(5, kind))
      for (const _ of range(2)) {
        await clear(store, user, windows)
        for (const each of windows) expect(await expiryOf(context, user, each)).toBeOneOf([undefined, 'unseen'])
      }
      const own = window(5, 'first-hit', 1)
      await take(store, user, own, { cost: 3 })
      await clear(store, user, [...windows, own])
      expect((await take(store, user, [...windows, own], { times: 9 })).timesTaken).toBe(5)
    },
  },
  {
    name: 'are seen by all connections',
    run: async ({ connections, window }) => {
      for (const kind of KINDS) {
        const user = fresh()
        const stores = await connections(3)
        for (const clearing of stores) {
          for (const each of stores) await take(each, user, window(9, kind), { cost: 3 })
          await clear(clearing, user, window(9, kind))
          for (const each of stores) expect(await usedOf(each, user, window(9, kind))).toBe(0)
        }
      }
    },
  },
  {
    name: 'of many windows at once clear each',
    run: async ({ store, window, longMs }) => {
      const user = fresh()
      const units = range(20).map((i) => ({ ...window(9), unit: `u${i}` }))
      await take(store, user, units, { cost: 3 })
      const named: CounterWindow[] = units.map(({ unit }) => ({ anchor: 'epoch', windowMs: longMs[0], unit }))
      await clear(store, user, named)
      expect(await usedOfAll(store, user, units)).toEqual(units.map(() => 0))
    },
  },
]

/** Exactly the named counters are forgotten. */
export const clears: Topic = { name: 'clears', cases: CASES }
