import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { ask, askAll, epochEnd, fresh, MAX, nth, only, read, takeOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

const SHORT_MS = 150

const CASES: readonly Case[] = [
  {
    name: 'an epoch window ends at a multiple of its length',
    run: async ({ store }) => {
      const key = fresh()
      const lengths = [1000, 1001, 7777, 60_000, 3_600_000, 86_400_000, 604_800_000, 31_556_952_000]
      const windows = lengths.map((windowMs): Window => ({ limit: 5, windowMs, anchor: 'epoch' }))
      for (const cost of [0, 1, 6]) {
        const { now, windows: states } = await ask(store, key, windows, { cost })
        expect(states.map(({ resetAt }) => resetAt)).toEqual(lengths.map((windowMs) => epochEnd(now, windowMs)))
      }
    },
  },
  {
    name: 'an epoch window starts empty, whatever was used in the one before',
    run: async ({ store, harness }) => {
      const key = fresh()
      const window: Window = { limit: 3, windowMs: SHORT_MS, anchor: 'epoch' }
      const ends = new Set<number>()
      for (let round = 0; round < 4; round++) {
        const reply = await ask(store, key, window, { times: 5 })
        const state = only(reply)
        expect(ends).not.toContain(state.resetAt)
        expect(state).toEqual({ used: 3, resetAt: epochEnd(reply.now, SHORT_MS) })
        expect(reply.taken).toBe(3)
        ends.add(state.resetAt)
        await harness.passTime(state.resetAt - reply.now)
      }
    },
  },
  {
    name: 'a first-hit window opens with its first unit and lasts its length',
    run: async ({ store, harness, window }) => {
      const key = fresh()
      const own = window(5, 'first-hit')
      const opening = await ask(store, key, own)
      expect(only(opening)).toEqual({ used: 1, resetAt: opening.now + own.windowMs })
      await harness.passTime(20)
      const later = await ask(store, key, own, { times: 2 })
      expect(later.now).toBeGreaterThan(opening.now)
      expect(only(later)).toEqual({ used: 3, resetAt: only(opening).resetAt })
    },
  },
  {
    name: 'while no first-hit window is open, an answer shows when one would end',
    run: async ({ store, harness, window }) => {
      const key = fresh()
      const own = window(5, 'first-hit')
      for (const cost of [0, 6, 0, 6]) {
        const reply = await ask(store, key, own, { cost })
        expect(only(reply)).toEqual({ used: 0, resetAt: reply.now + own.windowMs })
        expect(await harness.expiresInMs({ key, window: own })).toBeUndefined()
        await harness.passTime(5)
      }
      const opening = await ask(store, key, own)
      expect(only(opening)).toEqual({ used: 1, resetAt: opening.now + own.windowMs })
    },
  },
  {
    name: 'after a first-hit window has ended, the next one opens with the next unit, not before',
    run: async ({ store, harness }) => {
      const key = fresh()
      const window: Window = { limit: 2, windowMs: SHORT_MS, anchor: 'first-hit' }
      for (let round = 0; round < 3; round++) {
        const opening = await ask(store, key, window, { times: 3 })
        expect(opening.taken).toBe(2)
        expect(only(opening)).toEqual({ used: 2, resetAt: opening.now + SHORT_MS })
        await harness.passTime(SHORT_MS)
        for (const cost of [0, 3]) {
          const reply = await ask(store, key, window, { cost })
          expect(reply.now).toBeGreaterThanOrEqual(only(opening).resetAt)
          expect(only(reply)).toEqual({ used: 0, resetAt: reply.now + SHORT_MS })
        }
        await harness.passTime(10)
      }
    },
  },
  {
    name: 'a first-hit window opens once in a list of takes',
    run: async ({ store, window }) => {
      const key = fresh()
      const own = window(3, 'first-hit')
      const replies = await askAll(store, [
        takeOf(key, own, { cost: 9 }),
        takeOf(key, own),
        takeOf(key, own),
        takeOf(key, own),
      ])
      expect(replies.map((reply) => only(reply).used)).toEqual([0, 1, 2, 3])
      const opening = nth(replies, 1)
      for (const reply of replies.slice(1)) expect(only(reply).resetAt).toBe(opening.now + own.windowMs)
    },
  },
  {
    name: 'windows of the same length but different anchors are different windows',
    run: async ({ store, window }) => {
      const key = fresh()
      await ask(store, key, window(10, 'epoch'), { cost: 3 })
      const opening = await ask(store, key, window(10, 'first-hit'), { cost: 4 })
      const both = await ask(store, key, [window(MAX, 'epoch'), window(MAX, 'first-hit')])
      expect(both.windows.map(({ used }) => used)).toEqual([4, 5])
      expect(nth(both.windows, 1).resetAt).toBe(only(opening).resetAt)
      expect((await read(store, key, window(10, 'epoch'))).resetAt).toBe(epochEnd(both.now, window(10).windowMs))
    },
  },
  {
    name: 'windows of a take open and end each in its own time',
    run: async ({ store, harness, window }) => {
      const key = fresh()
      const short: Window = { limit: 2, windowMs: SHORT_MS, anchor: 'first-hit' }
      const long = window(3, 'first-hit')
      const first = await ask(store, key, [short, long], { times: 2 })
      expect(first.taken).toBe(2)
      await harness.passTime(SHORT_MS)
      const second = await ask(store, key, [short, long], { times: 2 })
      expect(second.taken).toBe(1)
      expect(second.windows).toEqual([
        { used: 1, resetAt: second.now + SHORT_MS },
        { used: 3, resetAt: nth(first.windows, 1).resetAt },
      ])
    },
  },
]

/** Where windows begin and end. */
export const anchors: Topic = { name: 'anchors', cases: CASES }
