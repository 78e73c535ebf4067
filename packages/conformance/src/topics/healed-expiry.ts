import type { Anchor, CounterStore, Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, epochEnd, fresh, only, refund, takeOf, usedOf } from '../asking.ts'
import type { Case, Context, Topic } from '../context.ts'

async function expectHealed({ harness }: Context, key: string, window: Window): Promise<void> {
  const expiry = await harness.expiresInMs({ key, window })
  expect(expiry, 'the counter is stored').toBeDefined()
  expect(expiry).toBeGreaterThan(0)
  expect(expiry).toBeLessThanOrEqual(window.windowMs)
}

const SHORT_MS = 250

/** Opens short windows and takes their expiry, all while they last. */
async function openWithoutExpiry(
  { store, harness }: Context,
  windows: readonly Window[],
  cost: number,
): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const key = fresh()
    const opening = await ask(store, key, windows, { cost })
    const losing = await Promise.allSettled(windows.map((window) => harness.loseExpiry({ key, window })))
    const { now } = await ask(store, fresh(), windows, { cost: 0 })
    // Of a window that ended meanwhile, there may have been no counter left.
    if (opening.windows.some(({ resetAt }) => resetAt <= now)) continue
    for (const each of losing) if (each.status === 'rejected') throw each.reason
    return key
  }
  throw new Error(`the harness did not get round to taking an expiry within ${SHORT_MS} ms`)
}

type Touch = (store: CounterStore, key: string, window: Window) => Promise<unknown>

const TOUCHES: Readonly<Record<string, Touch>> = {
  'an admitted take': (store, key, window) => ask(store, key, window),
  'a denied take': (store, key, window) => ask(store, key, window, { cost: 10 }),
  'a read': (store, key, window) => ask(store, key, window, { cost: 0 }),
  'takes that come last in lists': (store, key, window) => inLists(store, window, (other) => [other, key]),
  'takes that come first in lists': (store, key, window) => inLists(store, window, (other) => [key, other]),
}

/** A store may look after one identifier of a list, if each has its turn: in so many lists, it has had it. */
async function inLists(store: CounterStore, window: Window, keys: (other: string) => readonly string[]): Promise<void> {
  const other = fresh()
  await ask(store, other, window)
  for (let i = 0; i < 64; i++) await store.take(keys(other).map((key) => takeOf(key, window, { cost: 0 })))
}

function perAnchor(anchor: Anchor): readonly Case[] {
  return [
    ...Object.entries(TOUCHES).map(
      ([name, touch]): Case => ({
        name: `comes back with ${name} (${anchor})`,
        run: async (context) => {
          const { store, harness } = context
          const key = fresh()
          const window = context.window(10, anchor)
          await ask(store, key, window, { cost: 6 })
          await harness.loseExpiry({ key, window })
          await touch(store, key, window)
          await expectHealed(context, key, window)
          expect(await usedOf(store, key, window)).toBeGreaterThanOrEqual(6)
          await expectHealed(context, key, window)
        },
      }),
    ),
    {
      name: `when lost loses no unit, and answers still agree on the end (${anchor})`,
      run: async ({ store, harness, window }) => {
        const key = fresh()
        const own = window(10, anchor)
        await ask(store, key, own, { cost: 6 })
        await harness.loseExpiry({ key, window: own })
        const first = await ask(store, key, own, { times: 9 })
        expect([first.taken, only(first).used]).toEqual([4, 10])
        expect(only(first).resetAt).toBeGreaterThan(first.now)
        expect(only(first).resetAt).toBeLessThanOrEqual(first.now + own.windowMs)
        if (anchor === 'epoch') expect(only(first).resetAt).toBe(epochEnd(first.now, own.windowMs))
        await harness.passTime(5)
        const second = await ask(store, key, own)
        expect(second.taken).toBe(0)
        expect(only(second)).toEqual(only(first))
      },
    },
    {
      name: `when lost locks nobody out for longer than a window (${anchor})`,
      run: async (context) => {
        const { store, harness } = context
        const window: Window = { limit: 2, windowMs: SHORT_MS, anchor }
        const key = await openWithoutExpiry(context, [window], 2)
        // From this denial on, it can be known when the window ends at the latest.
        await ask(store, key, window)
        await harness.passTime(SHORT_MS)
        const reply = await ask(store, key, window, { times: 9 })
        expect(reply.taken).toBe(2)
        // The counter's expiry is that of the new window, or it has just ended as well.
        const expiry = await harness.expiresInMs({ key, window })
        if (expiry !== undefined) expect(expiry).toBeLessThanOrEqual(SHORT_MS)
        await harness.passTime(SHORT_MS)
        expect(await usedOf(store, key, window)).toBe(0)
      },
    },
    {
      name: `when lost is no matter to a refund (${anchor})`,
      run: async ({ store, harness, window }) => {
        const key = fresh()
        const own = window(10, anchor)
        const taken = await ask(store, key, own, { cost: 6 })
        await harness.loseExpiry({ key, window: own })
        const { refunded } = await refund(store, key, [own], taken, 4)
        expect(6 - (await usedOf(store, key, own))).toBe(refunded[0])
      },
    },
  ]
}

const CASES: readonly Case[] = [
  ...ANCHORS.flatMap(perAnchor),
  {
    name: 'comes back for each of several windows with one take',
    run: async (context) => {
      const { store, harness } = context
      const windows = [context.window(10, 'epoch'), context.window(10, 'first-hit')]
      const key = fresh()
      await ask(store, key, windows)
      for (const window of windows) await harness.loseExpiry({ key, window })
      await ask(store, key, windows)
      for (const window of windows) await expectHealed(context, key, window)
    },
  },
  {
    name: "comes back for each of several windows, each with the next window's first unit at the latest",
    run: async (context) => {
      const { store, harness } = context
      const windows = ANCHORS.map((anchor): Window => ({ limit: 5, windowMs: SHORT_MS, anchor }))
      const key = await openWithoutExpiry(context, windows, 1)
      await ask(store, key, windows)
      await harness.passTime(SHORT_MS)
      await ask(store, key, windows, { cost: 2 })
      for (const window of windows) {
        const expiry = await harness.expiresInMs({ key, window })
        if (expiry !== undefined) expect(expiry).toBeLessThanOrEqual(SHORT_MS)
      }
    },
  },
]

/** I6 after a fault: a counter that lost its expiry gets it back. */
export const healedExpiry: Topic = { name: 'healed expiry', cases: CASES }
