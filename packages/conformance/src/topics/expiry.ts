import type { Subject, TakeReply, Window } from '@rl/core'
import { expect } from 'vitest'
import { adjust, clear, only, range, read, take, takeAll, usedOf } from '../asking/ask.ts'
import { adjusted, fresh, takeOf } from '../asking/operations.ts'
import type { Asker } from '../asking/ways.ts'
import { type Case, type Context, expectExpiryKept, expiryOf, type Topic } from '../context.ts'
import { KINDS, lengthOf, shortWindow } from '../windows.ts'

/**
 * The expiry lies within the longest window of the identifier, and not before the end of this one: a counter that was dropped
 * early would admit its limit again.
 */
async function expectExpiry(context: Context, user: Subject, window: Window, longestMs: number): Promise<void> {
  const expiry = await expiryOf(context, user, window)
  if (expiry === 'unseen') return
  if (expiry === undefined) throw new Error('the counter is not stored')
  expect(expiry).toBeGreaterThan(0)
  expect(expiry).toBeLessThanOrEqual(longestMs)
  const later = await take(context.store, user, { ...window, limit: 0 }, { cost: 0 })
  // Storages round their expiry to milliseconds.
  expect(expiry).toBeGreaterThanOrEqual(only(later).resetAt - later.now - 1)
}

type Touch = (store: Asker, user: Subject, window: Window, opening: TakeReply) => Promise<unknown>

const TOUCHES: Readonly<Record<string, Touch>> = {
  'the first take': async () => {},
  'a second take': (store, user, window) => take(store, user, window),
  'a take with several times': (store, user, window) => take(store, user, window, { times: 4 }),
  'a take to the limit': (store, user, window) => take(store, user, window, { times: 99 }),
  'a denied take': (store, user, window) => take(store, user, { ...window, limit: 1 }),
  'a read': (store, user, window) => take(store, user, window, { cost: 0 }),
  'a list of takes': (store, user, window) =>
    takeAll(
      store,
      [1, 0, 20, 2].map((cost) => takeOf(user, window, { cost })),
    ),
  'giving back': (store, user, window, opening) => adjust(store, user, adjusted(window, only(opening), -1)),
  'charging past the limit': (store, user, window, opening) =>
    adjust(store, user, adjusted(window, only(opening), 100)),
  'an adjustment under another end': (store, user, window, { now }) =>
    adjust(store, user, adjusted(window, { resetAt: now + 1, generation: 0 }, -1)),
  'a take beside a shorter window': (store, user, window) =>
    take(store, user, [{ limit: 9, windowMs: 60_000, anchor: 'first-hit' }, window]),
  'a take of a shorter window alone': (store, user) =>
    take(store, user, { limit: 9, windowMs: 60_000, anchor: 'first-hit' }),
}

const CASES: readonly Case[] = [
  ...Object.entries(TOUCHES).map(
    ([name, touch]): Case => ({
      name: `lies within the window after ${name}`,
      run: async (context) => {
        for (const kind of KINDS) {
          const user = fresh()
          const own = context.window(10, kind)
          const opening = await take(context.store, user, own, { cost: 2 })
          await expectExpiry(context, user, own, lengthOf(own))
          await context.passTime(3)
          await touch(context.store, user, own, opening)
          await expectExpiry(context, user, own, lengthOf(own))
        }
      },
    }),
  ),
  {
    name: 'lies within the window after a clear',
    run: async (context) => {
      for (const kind of ['epoch', 'calendar'] as const) {
        const user = fresh()
        const own = context.window(10, kind)
        await take(context.store, user, own, { cost: 2 })
        await clear(context.store, user, own)
        await expectExpiry(context, user, own, lengthOf(own))
        await take(context.store, user, own, { cost: 2 })
        await expectExpiry(context, user, own, lengthOf(own))
      }
    },
  },
  {
    name: 'lies within the longest for each of several windows, whatever the order in which they open',
    run: async (context) => {
      const { store, window } = context
      const windows = KINDS.flatMap((kind) => ([0, 1, 2] as const).map((length) => window(10, kind, length)))
      const longest = Math.max(...windows.map(lengthOf))
      for (const order of [windows, windows.toReversed()]) {
        const user = fresh()
        await take(store, user, order.slice(0, 4))
        await take(store, user, order)
        await take(store, user, order.toReversed(), { times: 3 })
        for (const each of order) await expectExpiry(context, user, each, longest)
      }
    },
  },
  {
    name: 'is never missing, also while a counter is created and changed',
    run: async (context) => {
      const { store, window } = context
      for (const _ of range(10)) {
        const user = fresh()
        const own = window(1000)
        let isDone = false
        const asking = (async () => {
          const opening = only(await take(store, user, own))
          for (const _ of range(5)) await take(store, user, own)
          await adjust(store, user, adjusted(own, opening, 1))
          await clear(store, user, own)
        })().finally(() => {
          isDone = true
        })
        while (!isDone) {
          expect(await expiryOf(context, user, own)).not.toBe(Number.POSITIVE_INFINITY)
          await Promise.resolve()
          if (context.harness.expiresInMs === undefined) break
        }
        await asking
      }
    },
  },
  ...KINDS.map(
    (kind): Case => ({
      name: `is not moved by units taken later (${kind})`,
      run: async (context) => {
        const { store, window } = context
        const user = fresh()
        const own = window(1000, kind)
        await take(store, user, own)
        for (const times of [1, 5]) {
          await expectExpiryKept(context, user, own, () => take(store, user, own, { times }))
        }
      },
    }),
  ),
  {
    name: 'of a window that ends early takes no other window along',
    run: async ({ store, window, passTime, now }) => {
      for (const kind of KINDS) {
        const user = fresh()
        const [long, short] = [window(10, 'first-hit', 1), shortWindow(kind, 10, 150, await now())]
        for (const order of [
          [long, short],
          [short, long],
        ]) {
          const own = { ...user, id: `${user.id}${order[0] === long}` }
          const taken = await take(store, own, order, { cost: 3 })
          await take(store, own, short)
          const state = await read(store, own, long)
          expect(state).toEqual(taken.windows[order.indexOf(long)])
          await passTime(150)
          expect(await read(store, own, long)).toEqual(state)
          expect((await take(store, own, short)).timesTaken).toBe(1)
          expect(await read(store, own, long)).toEqual(state)
        }
      }
    },
  },
  {
    name: 'removes every counter once its window has ended',
    alone: true,
    run: async ({ store, harness, passTime, now }) => {
      const before = (await harness.keys?.()) ?? 0
      const users = range(100).map(fresh)
      const started = await now()
      const windows = KINDS.map((kind) => shortWindow(kind, 5, 300, started))
      const takes = users.map((user) => takeOf(user, windows, { cost: 2 }))
      const replies = await takeAll(store, [...takes, ...takes, ...takes])
      // A store may answer some of those that follow after a window has ended.
      for (const { timesTaken } of replies.slice(0, takes.length)) expect(timesTaken).toBe(1)
      await passTime(300)
      for (const user of users.slice(0, 10)) {
        for (const window of windows) expect(await usedOf(store, user, window)).toBe(0)
      }
      // Storages may take a while to remove what has expired.
      for (let waits = 0; ((await harness.keys?.()) ?? 0) > before && waits < 200; waits++) await passTime(50)
      expect((await harness.keys?.()) ?? 0).toBeLessThanOrEqual(before)
    },
  },
]

/** I6: a counter always has an expiry, which is the end of its window or of a longer one in the same key. */
export const expiry: Topic = { name: 'expiry', cases: CASES }
