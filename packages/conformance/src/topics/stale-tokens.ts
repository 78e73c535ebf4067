import type { Reply } from '@rl/core'
import { StoreError } from '@rl/core'
import { expect } from 'vitest'
import { adjust, nth, only, range, read, take, usedOf, usedOfAll } from '../asking/ask.ts'
import { adjusted, adjustmentOf, fresh, freshName, MAX } from '../asking/operations.ts'
import { tokenFor } from '../asking/token.ts'
import type { Case, Topic } from '../context.ts'
import { KINDS, shortWindow } from '../windows.ts'

const HOUR = 3_600_000

function expectStale(reply: Reply | Error): void {
  expect(reply).toBeInstanceOf(StoreError)
  expect((reply as StoreError).outcome).toBe('not-executed')
}

const CASES: readonly Case[] = [
  ...KINDS.map(
    (kind): Case => ({
      name: `that are stale are refused as not executed while a window is open (${kind})`,
      run: async (context) => {
        const { store, window, now } = context
        const user = fresh()
        const own = window(20, kind)
        const taken = only(await take(store, user, own, { cost: 10 }))
        for (const until of [(await now()) - 1, await now(), (await now()) - HOUR, 1]) {
          const named = [adjusted(own, taken, -4), adjusted(window(9, kind, 1), taken, -1)]
          expectStale(await store.ask(adjustmentOf(user, named, { id: freshName(), until })))
        }
        expect(await read(store, user, own)).toEqual(taken)
      },
    }),
  ),
  {
    name: 'are forgotten when they are stale, and then refused',
    run: async (context) => {
      const { store, window, passTime } = context
      const user = fresh()
      const own = window(20)
      const taken = only(await take(store, user, own, { cost: 10 }))
      const token = await tokenFor(context, 400)
      const first = await store.ask(adjustmentOf(user, adjusted(own, taken, -4), token))
      await passTime(400)
      expectStale(await store.ask(adjustmentOf(user, adjusted(own, taken, -4), token)))
      // A busy machine may have taken longer than the token lasts.
      expect(await usedOf(store, user, own)).toBe(first instanceof Error ? 10 : 6)
    },
  },
  {
    name: 'whose windows have all ended are answered, stale or not, and never remembered',
    run: async (context) => {
      const { store, window, now } = context
      const user = fresh()
      const own = window(20)
      const taken = only(await take(store, user, own, { cost: 10 }))
      const ended = adjusted(own, { ...taken, generation: 5 }, -4)
      const token = await tokenFor(context)
      const stale = { id: freshName(), until: (await now()) - 1 }
      for (const each of [token, stale, token]) {
        expect(await adjust(store, user, ended, each)).toMatchObject({ repeated: false, windows: ['ended'] })
      }
      const first = await adjust(store, user, adjusted(own, taken, -4), token)
      expect(first).toMatchObject({ repeated: false, windows: [{ applied: -4, used: 6 }] })
    },
  },
  {
    name: 'of adjustments that failed are not remembered',
    run: async (context) => {
      const { store, window } = context
      const user = fresh()
      const windows = [window(MAX), window(MAX, 'first-hit')]
      const taken = await take(store, user, windows, { cost: [10, MAX] })
      const token = await tokenFor(context)
      const changes = (second: number) => [
        adjusted(nth(windows, 0), nth(taken.windows, 0), -4),
        adjusted(nth(windows, 1), nth(taken.windows, 1), second),
      ]
      for (const _ of range(2)) expect(await store.ask(adjustmentOf(user, changes(1), token))).toBeInstanceOf(Error)
      const first = await adjust(store, user, changes(-1), token)
      expect(first).toMatchObject({ repeated: false, windows: [{ applied: -4 }, { applied: -1 }] })
      expect((await adjust(store, user, changes(1), token)).repeated).toBe(true)
      expect(await usedOfAll(store, user, windows)).toEqual([6, MAX - 1])
    },
  },
  {
    name: 'leave nothing behind',
    alone: true,
    run: async ({ store, harness, passTime, now }) => {
      const before = (await harness.keys?.()) ?? 0
      const own = shortWindow('first-hit', 20, 300, await now())
      for (const _ of range(20)) {
        const user = fresh()
        const taken = only(await take(store, user, own, { cost: 10 }))
        const token = { id: freshName(), until: (await now()) + 300 }
        await store.ask(adjustmentOf(user, adjusted(own, taken, -4), token))
      }
      await passTime(300)
      for (let waits = 0; ((await harness.keys?.()) ?? 0) > before && waits < 100; waits++) await passTime(50)
      expect((await harness.keys?.()) ?? 0).toBeLessThanOrEqual(before)
    },
  },
]

/** Tokens that are too old, or whose adjustments changed nothing. */
export const staleTokens: Topic = { name: 'stale tokens', cases: CASES }
