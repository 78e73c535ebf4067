import type { Subject, Window } from '@rl/core'
import { expect } from 'vitest'
import { adjust, nth, only, range, take, usedOf } from '../asking/ask.ts'
import { adjusted, fresh, takeOf } from '../asking/operations.ts'
import type { Asker } from '../asking/ways.ts'
import { type Case, type Context, expiryOf, type Topic } from '../context.ts'
import { KINDS, type Kind, lengthOf } from '../windows.ts'

async function expectHealed(context: Context, user: Subject, window: Window): Promise<void> {
  const expiry = await expiryOf(context, user, window)
  if (expiry === 'unseen') return
  if (expiry === undefined) throw new Error('the counter is not stored')
  expect(expiry).toBeGreaterThan(0)
  expect(expiry).toBeLessThanOrEqual(lengthOf(window))
}

type Touch = (store: Asker, user: Subject, window: Window) => Promise<unknown>

/** Each of them is repeated until the expiry is back: a store may look at it only now and then. */
const TOUCHES: Readonly<Record<string, Touch>> = {
  'denied takes': (store, user, window) => take(store, user, window, { cost: 10 }),
  reads: (store, user, window) => usedOf(store, user, window),
  'reads that come last in lists': (store, user, window) => readAll(store, [fresh(), user], window),
  'reads that come first in lists': (store, user, window) => readAll(store, [user, fresh()], window),
}

function readAll(store: Asker, users: readonly Subject[], window: Window): Promise<unknown> {
  return store.askAll(users.map((user) => takeOf(user, window, { cost: 0 })))
}

/** A store that looks once in 64 takes, by chance, fails this in one run of 10^13. */
const AT_MOST = 2000

function perKind(kind: Kind): readonly Case[] {
  return [
    {
      name: `comes back within 64 admitted takes (${kind})`,
      run: async (context) => {
        const { store, harness } = context
        const user = fresh()
        const own = context.window(1000, kind)
        await take(store, user, own, { cost: 6 })
        await harness.loseExpiry?.({ ...user, window: own })
        for (const _ of range(64)) await take(store, user, own)
        await expectHealed(context, user, own)
        expect(await usedOf(store, user, own)).toBe(70)
      },
    },
    ...Object.entries(TOUCHES).map(
      ([name, touch]): Case => ({
        name: `comes back while there are only ${name} (${kind})`,
        run: async (context) => {
          const { store, harness } = context
          const user = fresh()
          const own = context.window(10, kind)
          await take(store, user, own, { cost: 6 })
          await harness.loseExpiry?.({ ...user, window: own })
          for (let i = 0; i < AT_MOST; i++) {
            await touch(store, user, own)
            if ((await expiryOf(context, user, own)) !== Number.POSITIVE_INFINITY) break
          }
          await expectHealed(context, user, own)
          expect(await usedOf(store, user, own)).toBe(6)
        },
      }),
    ),
    {
      name: `when lost loses no unit, and the window keeps its end (${kind})`,
      run: async ({ store, harness, window, passTime }) => {
        const user = fresh()
        const own = window(10, kind)
        const taken = only(await take(store, user, own, { cost: 6 }))
        await harness.loseExpiry?.({ ...user, window: own })
        const first = await take(store, user, own, { times: 9 })
        expect([first.timesTaken, only(first)]).toEqual([4, { ...taken, used: 10 }])
        await passTime(5)
        const second = await take(store, user, own)
        expect([second.timesTaken, only(second)]).toEqual([0, only(first)])
      },
    },
    {
      name: `when lost is no matter to an adjustment (${kind})`,
      run: async ({ store, harness, window }) => {
        const user = fresh()
        const own = window(10, kind)
        const taken = only(await take(store, user, own, { cost: 6 }))
        await harness.loseExpiry?.({ ...user, window: own })
        const reply = await adjust(store, user, adjusted(own, taken, -4))
        expect(reply.windows).toEqual([{ applied: -4, used: 2 }])
        expect(await usedOf(store, user, own)).toBe(2)
      },
    },
  ]
}

const SHORT_MS = 250

/** Opens short windows and takes their expiry away, all while they last. */
async function openWithoutExpiry(context: Context, windows: readonly Window[], cost: number): Promise<Subject> {
  const { store, harness, now } = context
  for (const _ of range(50)) {
    const user = fresh()
    const opening = await take(store, user, windows, { cost })
    const losing = []
    for (const window of windows) losing.push((async () => harness.loseExpiry?.({ ...user, window }))())
    const lost = await Promise.allSettled(losing)
    const later = await now()
    // A window that ended meanwhile may have left no counter.
    if (opening.windows.some(({ resetAt }) => resetAt <= later)) continue
    for (const each of lost) if (each.status === 'rejected' && windows.length === 1) throw each.reason
    return user
  }
  throw new Error(`the harness did not manage to take an expiry away within ${SHORT_MS} ms`)
}

const CASES: readonly Case[] = [
  ...KINDS.flatMap(perKind),
  ...(['epoch', 'first-hit'] as const).map(
    (anchor): Case => ({
      name: `when lost locks nobody out for longer than a window (${anchor})`,
      run: async (context) => {
        const { store, passTime } = context
        const own: Window = { limit: 2, windowMs: SHORT_MS, anchor }
        const user = await openWithoutExpiry(context, [own], 2)
        await passTime(SHORT_MS)
        expect((await take(store, user, own, { times: 9 })).timesTaken).toBe(2)
        // The counter's expiry is that of the new window, or it has just ended as well.
        const expiry = await expiryOf(context, user, own)
        if (expiry !== undefined && expiry !== 'unseen') expect(expiry).toBeLessThanOrEqual(SHORT_MS)
        await passTime(SHORT_MS)
        expect(await usedOf(store, user, own)).toBe(0)
      },
    }),
  ),
  {
    name: 'comes back for each of several windows',
    run: async (context) => {
      const { store, harness, window } = context
      const windows = KINDS.map((kind) => window(1000, kind))
      const user = fresh()
      await take(store, user, windows)
      // Where windows share a key, the second has no expiry left to lose.
      await harness.loseExpiry?.({ ...user, window: nth(windows, 0) })
      for (const each of windows.slice(1)) await Promise.allSettled([harness.loseExpiry?.({ ...user, window: each })])
      for (const _ of range(64)) await take(store, user, windows)
      const longest = windows.toSorted((a, b) => lengthOf(b) - lengthOf(a))
      for (const each of windows) await expectHealed(context, user, { ...nth(longest, 0), ...each } as Window)
    },
  },
]

/** I6 after a fault: a counter that lost its expiry gets it back. */
export const healedExpiry: Topic = { name: 'healed expiry', cases: CASES }
