import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, fresh, limiterOf, MAX, only, usedOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

const CASES: readonly Case[] = [
  ...ANCHORS.map(
    (anchor): Case => ({
      name: `removes the counter, and the window starts anew (${anchor})`,
      run: async ({ store, window, harness }) => {
        const key = fresh()
        const own = window(5, anchor)
        const before = await ask(store, key, own, { cost: 5 })
        await harness.passTime(5)
        await store.clear({ key, windows: [own] })
        expect(await harness.expiresInMs({ key, window: own })).toBeUndefined()
        expect(await usedOf(store, key, own)).toBe(0)
        const after = await ask(store, key, own, { times: 9 })
        expect(after.taken).toBe(5)
        const resetAt = anchor === 'epoch' ? only(before).resetAt : after.now + own.windowMs
        expect(only(after).resetAt).toBe(resetAt)
      },
    }),
  ),
  {
    name: 'removes only the windows it names',
    run: async ({ store, window, longMs }) => {
      const key = fresh()
      const windows: Window[] = ANCHORS.flatMap((anchor) =>
        longMs.map((windowMs) => ({ limit: MAX, windowMs, anchor })),
      )
      for (const [i, each] of windows.entries()) await ask(store, key, each, { cost: i + 1 })
      await store.clear({ key, windows: [window(0, 'epoch')] })
      const used = () => Promise.all(windows.map((each) => usedOf(store, key, each)))
      expect(await used()).toEqual([0, 2, 3, 4, 5, 6])
      await store.clear({ key, windows: windows.slice(3, 5) })
      expect(await used()).toEqual([0, 2, 3, 0, 0, 6])
      await store.clear({ key, windows })
      expect(await used()).toEqual([0, 0, 0, 0, 0, 0])
    },
  },
  {
    name: 'removes only the key it names, whatever a pattern would match',
    run: async ({ store, window }) => {
      const key = fresh()
      const others = [`${key}1`, `${key}:1`, `${key}*1`, `1${key}`, key.slice(0, -1), key.toUpperCase(), fresh()]
      for (const other of others) await ask(store, other, window(9), { cost: 4 })
      for (const pattern of [key, `${key}*`, `${key}?`, '*', '?*', `${key.slice(0, -1)}[0-9a-z]`]) {
        await ask(store, pattern, window(MAX))
        await store.clear({ key: pattern, windows: [window(MAX)] })
        expect(await usedOf(store, pattern, window(MAX))).toBe(0)
      }
      for (const other of others) expect(await usedOf(store, other, window(9))).toBe(4)
    },
  },
  {
    name: 'of a counter that is not there does nothing, also twice',
    run: async ({ store, window, harness }) => {
      const key = fresh()
      for (let i = 0; i < 2; i++) {
        await store.clear({ key, windows: [window(5), window(5, 'first-hit')] })
        expect(await harness.expiresInMs({ key, window: window(5) })).toBeUndefined()
      }
      expect((await ask(store, key, window(5), { times: 9 })).taken).toBe(5)
    },
  },
  {
    name: 'is seen by all connections',
    run: async ({ connections, window }) => {
      const key = fresh()
      const stores = await connections(3)
      for (const clearing of stores) {
        for (const each of stores) await ask(each, key, window(9), { cost: 3 })
        await clearing.clear({ key, windows: [window(9)] })
        for (const each of stores) expect(await usedOf(each, key, window(9))).toBe(0)
      }
    },
  },
  {
    name: 'by a limiter forgets one identifier',
    run: async (context) => {
      const limiter = limiterOf(context, context.store, 3)
      const ids = ['a', 'a:b', 'b', 'A', '*', 'a*']
      for (const id of ids) await limiter.limit(id, { cost: 2 })
      await limiter.reset('a')
      await limiter.reset('*')
      const remaining = await Promise.all(ids.map(async (id) => (await limiter.peek(id)).remaining))
      expect(remaining).toEqual([3, 1, 1, 1, 3, 1])
    },
  },
]

/** Exactly the named counters go. */
export const reset: Topic = { name: 'reset', cases: CASES }
