import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { adjust, clear, nth, range, take, usedOf, usedOfAll } from '../asking/ask.ts'
import { adjusted, fresh } from '../asking/operations.ts'
import { type Case, type Context, expiryOf, type Topic } from '../context.ts'
import { KINDS, lengthOf, shortWindow } from '../windows.ts'

/** Windows that deployments of one limiter have in different combinations. */
function windowsOf({ window }: Context, limit: number): Readonly<Record<'a' | 'b' | 'c' | 'd', Window>> {
  return {
    a: window(limit),
    b: window(limit, 'first-hit', 1),
    c: window(limit, 'calendar'),
    d: { ...window(limit, 'epoch', 2), unit: 'tokens' },
  }
}

const CASES: readonly Case[] = [
  {
    name: 'windows added, removed and reordered by turns keep every count',
    run: async (context) => {
      const stores = await context.connections(3)
      const { a, b, c, d } = windowsOf(context, 1000)
      const all = [a, b, c, d]
      const deployments = [[a, b], [b, a, c], [c], [d, b], [a, b, c, d], [d, c, b, a]]
      const user = fresh()
      const counts = new Map<Window, number>(all.map((window) => [window, 0]))
      for (const i of range(36)) {
        const windows = nth(deployments, (i * 5) % deployments.length)
        const reply = await take(nth(stores, i % 3), user, windows, { cost: windows.map((_, j) => i + j) })
        for (const [j, window] of windows.entries()) counts.set(window, (counts.get(window) ?? 0) + i + j)
        expect(reply.windows.map(({ used }) => used)).toEqual(windows.map((window) => counts.get(window)))
      }
      expect(await usedOfAll(nth(stores, 0), user, all)).toEqual(all.map((window) => counts.get(window)))
    },
  },
  {
    name: 'two deployments together admit the limit of the window they share',
    run: async (context) => {
      const stores = await context.connections(4)
      const { a, b, c } = windowsOf(context, 1000)
      const shared = { ...b, limit: 50 }
      const user = fresh()
      const replies = await Promise.all(
        range(120).map((i) => take(nth(stores, i % 4), user, i % 2 === 0 ? [a, shared] : [shared, c])),
      )
      const admitted = replies.map(({ timesTaken }) => timesTaken)
      expect(admitted.filter((times) => times === 1)).toHaveLength(50)
      const old = admitted.filter((times, i) => i % 2 === 0 && times === 1).length
      expect(await usedOfAll(nth(stores, 0), user, [a, shared, c])).toEqual([old, 50, 50 - old])
    },
  },
  {
    name: 'a window that an operation does not name keeps its count, end, generation and expiry',
    run: async (context) => {
      const { store, passTime, now, window } = context
      for (const kind of KINDS) {
        const user = fresh()
        const kept = window(100, kind, 2)
        await take(store, user, kept, { cost: 7 })
        if (kind !== 'first-hit') {
          await clear(store, user, kept)
          await take(store, user, kept, { cost: 9 })
        }
        const before = await take(store, user, kept, { cost: 0 })
        const short = shortWindow('first-hit', 10, 150, await now())
        const taken = nth((await take(store, user, [short, window(5, 'epoch')], { cost: [2, 1] })).windows, 0)
        await adjust(store, user, adjusted(short, taken, -1))
        await take(store, user, short, { cost: 99 })
        await clear(store, user, [short, window(5, 'epoch')])
        await take(store, user, short)
        const check = async (): Promise<void> => {
          const expiry = await expiryOf(context, user, kept)
          const reply = await take(store, user, kept, { cost: 0 })
          expect(reply.windows).toEqual(before.windows)
          if (expiry === 'unseen') return
          if (expiry === undefined) throw new Error('the counter is not stored')
          expect(expiry).toBeGreaterThanOrEqual(nth(reply.windows, 0).resetAt - reply.now - 2)
          expect(expiry).toBeLessThanOrEqual(lengthOf(kept))
        }
        await check()
        await passTime(160)
        await take(store, user, short)
        await check()
      }
    },
  },
  {
    name: 'an adjustment and a clear reach the windows they name, whatever other windows there are',
    run: async (context) => {
      const { store } = context
      const user = fresh()
      const { a, b, c, d } = windowsOf(context, 1000)
      const old = await take(store, user, [a, b], { cost: [10, 20] })
      await take(store, user, [d, c, b], { cost: [30, 40, 5] })
      const named = [adjusted(b, nth(old.windows, 1), -6), adjusted(a, nth(old.windows, 0), -6)]
      expect((await adjust(store, user, named)).windows).toEqual([
        { applied: -6, used: 19 },
        { applied: -6, used: 4 },
      ])
      expect(await usedOfAll(store, user, [a, b, c, d])).toEqual([4, 19, 40, 30])
      await clear(store, user, [a, b])
      expect(await usedOfAll(store, user, [a, b, c, d])).toEqual([0, 0, 40, 30])
      await clear(store, user, [c, b])
      expect(await usedOfAll(store, user, [d, c, b, a])).toEqual([30, 0, 0, 0])
      expect(await usedOf(store, user, d)).toBe(30)
    },
  },
  {
    name: 'a changed limit or changed boundaries leave the counter as it is',
    run: async (context) => {
      const { store } = context
      const user = fresh()
      const { c } = windowsOf(context, 1000)
      const first = await take(store, user, c, { cost: 30 })
      if (c.anchor !== 'calendar') return
      const moved: Window = { ...c, limit: 31, ends: [nth(c.ends, 0), nth(c.ends, 1) + 5000, nth(c.ends, 2)] }
      const second = await take(store, user, moved, { times: 5 })
      expect([second.timesTaken, nth(second.windows, 0)]).toEqual([1, { ...nth(first.windows, 0), used: 31 }])
    },
  },
]

/** Deployments with different windows for one limiter stay exact while they run at the same time. */
export const layoutChanges: Topic = { name: 'layout changes', cases: CASES }
