import type { CounterStore, TakeReply, Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, askAll, fresh, only, range, refund, takeOf, usedOf } from '../asking.ts'
import type { Case, Context, Topic } from '../context.ts'
import type { StoredCounter } from '../harness.ts'

/** The expiry lies within the window, and not before its end: a counter dropped early would admit its limit again. */
async function expectExpiry({ harness, store }: Context, counter: StoredCounter): Promise<void> {
  const expiry = await harness.expiresInMs(counter)
  expect(expiry, 'the counter is stored').toBeDefined()
  expect(expiry).toBeGreaterThan(0)
  expect(expiry).toBeLessThanOrEqual(counter.window.windowMs)
  const later = await ask(store, counter.key, { ...counter.window, limit: 0 }, { cost: 0 })
  // Storages round their expiry to milliseconds.
  expect(expiry).toBeGreaterThanOrEqual(only(later).resetAt - later.now - 1)
}

type Operation = (store: CounterStore, key: string, window: Window, opening: TakeReply) => Promise<unknown>

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'the first take': async () => {},
  'a second take': (store, key, window) => ask(store, key, window),
  'a take with several times': (store, key, window) => ask(store, key, window, { times: 4 }),
  'a take to the limit': (store, key, window) => ask(store, key, window, { times: 99 }),
  'a denied take': (store, key, window) => ask(store, key, { ...window, limit: 1 }),
  'a read': (store, key, window) => ask(store, key, window, { cost: 0 }),
  'a list of takes': (store, key, window) =>
    askAll(
      store,
      [1, 0, 20, 2].map((cost) => takeOf(key, window, { cost })),
    ),
  'a refund': (store, key, window, opening) => refund(store, key, [window], opening, 1),
  'a refund under another end': (store, key, window) =>
    store.refund({ key, windows: [{ ...window, resetAt: 1 }], cost: 1 }),
  'a take beside a window of another length': (store, key, window) =>
    ask(store, key, [{ limit: 9, windowMs: 60_000, anchor: 'first-hit' }, window]),
}

const CASES: readonly Case[] = [
  ...Object.entries(OPERATIONS).map(
    ([name, operation]): Case => ({
      name: `lies within the window after ${name}`,
      run: async (context) => {
        for (const anchor of ANCHORS) {
          const key = fresh()
          const window = context.window(10, anchor)
          const opening = await ask(context.store, key, window, { cost: 2 })
          await expectExpiry(context, { key, window })
          await context.harness.passTime(3)
          await operation(context.store, key, window, opening)
          await expectExpiry(context, { key, window })
        }
      },
    }),
  ),
  {
    name: 'lies within the window for each of several windows',
    run: async (context) => {
      const key = fresh()
      const windows = ANCHORS.flatMap((anchor) =>
        context.longMs.map((windowMs): Window => ({ limit: 10, windowMs, anchor })),
      )
      await ask(context.store, key, windows.slice(0, 4))
      await ask(context.store, key, windows)
      await ask(context.store, key, windows.toReversed(), { times: 3 })
      for (const window of windows) await expectExpiry(context, { key, window })
    },
  },
  {
    name: 'is not moved by units taken later',
    run: async ({ store, window, harness }) => {
      for (const anchor of ANCHORS) {
        const key = fresh()
        const own = window(1000, anchor)
        await ask(store, key, own)
        for (const times of [1, 5]) {
          const before = (await harness.expiresInMs({ key, window: own })) ?? Number.NaN
          await harness.passTime(40)
          await ask(store, key, own, { times })
          expect(await harness.expiresInMs({ key, window: own })).toBeLessThanOrEqual(before - 30)
        }
      }
    },
  },
  {
    name: 'removes every counter once its window has ended',
    run: async ({ store, harness }) => {
      const before = await harness.counters()
      const keys = range(100).map(fresh)
      const windows = ANCHORS.map((anchor): Window => ({ limit: 5, windowMs: 300, anchor }))
      const takes = keys.map((key) => takeOf(key, windows, { cost: 2 }))
      const replies = await askAll(store, [...takes, ...takes, ...takes])
      // Of those that follow, a store may answer some when a window has ended.
      const opened = replies.slice(0, takes.length)
      for (const { windows: states } of opened) expect(states.map(({ used }) => used)).toEqual([2, 2])
      await harness.passTime(300)
      for (const key of keys.slice(0, 10)) {
        for (const window of windows) expect(await usedOf(store, key, window)).toBe(0)
      }
      // Storages may take a while to remove what has expired.
      for (let waits = 0; (await harness.counters()) > before && waits < 200; waits++) await harness.passTime(50)
      expect(await harness.counters()).toBeLessThanOrEqual(before)
    },
  },
]

/** I6: a counter always has an expiry, and it is the end of its window. */
export const expiry: Topic = { name: 'expiry', cases: CASES }
