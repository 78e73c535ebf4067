import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { nth, only, range, take, takeAll, usedOf } from '../asking/ask.ts'
import { fresh, MAX, takeOf } from '../asking/operations.ts'
import { type Case, expiryOf, type Topic } from '../context.ts'
import { endOf } from '../model/oracle.ts'
import { KINDS, shortWindow } from '../windows.ts'

const SHORT_MS = 150

const CASES: readonly Case[] = [
  {
    name: 'an epoch window ends at a multiple of its length',
    run: async ({ store }) => {
      const user = fresh()
      const lengths = [1000, 1001, 7777, 60_000, 3_600_000, 86_400_000, 604_800_000, 31_556_952_000]
      const windows = lengths.map((windowMs): Window => ({ limit: 5, windowMs, anchor: 'epoch' }))
      for (const cost of [0, 1, 6]) {
        const { now, windows: states } = await take(store, user, windows, { cost })
        expect(states.map(({ resetAt }) => resetAt)).toEqual(lengths.map((ms) => now - (now % ms) + ms))
      }
    },
  },
  ...KINDS.map(
    (kind): Case => ({
      name: `a window starts empty, whatever was used in the one before (${kind})`,
      run: async ({ store, passTime, now }) => {
        const user = fresh()
        const own = shortWindow(kind, 3, SHORT_MS, await now())
        const ends = new Set<number>()
        for (const _ of range(4)) {
          const reply = await take(store, user, own, { times: 5 })
          const state = only(reply)
          expect(ends).not.toContain(state.resetAt)
          expect(state).toEqual({ used: 3, resetAt: endOf(own, reply.now), generation: 0 })
          expect(reply.timesTaken).toBe(3)
          ends.add(state.resetAt)
          await passTime(state.resetAt - reply.now)
        }
      },
    }),
  ),
  {
    name: 'a first-hit window opens with its first unit and lasts its length',
    run: async ({ store, passTime, window, longMs }) => {
      const user = fresh()
      const own = window(5, 'first-hit')
      const opening = await take(store, user, own)
      expect(only(opening)).toEqual({ used: 1, resetAt: opening.now + longMs[0], generation: 0 })
      await passTime(20)
      const later = await take(store, user, own, { times: 2 })
      expect(later.now).toBeGreaterThan(opening.now)
      expect(only(later)).toEqual({ used: 3, resetAt: only(opening).resetAt, generation: 0 })
    },
  },
  {
    name: 'while no first-hit window is open, an answer shows when one would end',
    run: async (context) => {
      const { store, passTime, window, longMs } = context
      const user = fresh()
      const own = window(5, 'first-hit')
      for (const cost of [0, 6, 0, 6]) {
        const reply = await take(store, user, own, { cost })
        expect(only(reply)).toEqual({ used: 0, resetAt: reply.now + longMs[0], generation: 0 })
        expect(await expiryOf(context, user, own)).toBeOneOf([undefined, 'unseen'])
        await passTime(5)
      }
      const opening = await take(store, user, own)
      expect(only(opening)).toEqual({ used: 1, resetAt: opening.now + longMs[0], generation: 0 })
    },
  },
  {
    name: 'after a first-hit window has ended, the next one opens with the next unit, not before',
    run: async ({ store, passTime }) => {
      const user = fresh()
      const own: Window = { limit: 2, windowMs: SHORT_MS, anchor: 'first-hit' }
      for (const _ of range(3)) {
        const opening = await take(store, user, own, { times: 3 })
        expect(opening.timesTaken).toBe(2)
        expect(only(opening)).toEqual({ used: 2, resetAt: opening.now + SHORT_MS, generation: 0 })
        await passTime(SHORT_MS)
        for (const cost of [0, 3]) {
          const reply = await take(store, user, own, { cost })
          expect(reply.now).toBeGreaterThanOrEqual(only(opening).resetAt)
          expect(only(reply)).toEqual({ used: 0, resetAt: reply.now + SHORT_MS, generation: 0 })
        }
        await passTime(10)
      }
    },
  },
  {
    name: 'a first-hit window opens once in a list of takes',
    run: async ({ store, window, longMs }) => {
      const user = fresh()
      const own = window(3, 'first-hit')
      const replies = await takeAll(
        store,
        [9, 1, 1, 1].map((cost) => takeOf(user, own, { cost })),
      )
      expect(replies.map((reply) => only(reply).used)).toEqual([0, 1, 2, 3])
      const opening = nth(replies, 1)
      for (const reply of replies.slice(1)) expect(only(reply).resetAt).toBe(opening.now + longMs[0])
    },
  },
  {
    name: 'a first-hit window of cost 0 that a take opens lasts from that take on',
    run: async ({ store, window, passTime, longMs }) => {
      const user = fresh()
      const windows = [window(9), window(9, 'first-hit')]
      const opening = await take(store, user, windows, { cost: [1, 0] })
      await passTime(10)
      const later = await take(store, user, windows, { cost: 1 })
      expect(nth(later.windows, 1)).toEqual({ used: 1, resetAt: opening.now + longMs[0], generation: 0 })
    },
  },
  {
    name: 'windows of the same length but different anchors are different windows',
    run: async ({ store, window, longMs }) => {
      const user = fresh()
      const [epoch, firstHit] = [window(MAX, 'epoch'), window(MAX, 'first-hit')]
      await take(store, user, epoch, { cost: 3 })
      const opening = await take(store, user, firstHit, { cost: 4 })
      const both = await take(store, user, [epoch, firstHit])
      expect(both.windows).toEqual([
        { used: 4, resetAt: both.now - (both.now % longMs[0]) + longMs[0], generation: 0 },
        { used: 5, resetAt: only(opening).resetAt, generation: 0 },
      ])
    },
  },
  {
    name: 'windows of a take open and end each in its own time',
    run: async ({ store, passTime, window }) => {
      const user = fresh()
      const short: Window = { limit: 2, windowMs: SHORT_MS, anchor: 'first-hit' }
      const windows = [short, window(3, 'first-hit')]
      const first = await take(store, user, windows, { times: 2 })
      expect(first.timesTaken).toBe(2)
      await passTime(SHORT_MS)
      const second = await take(store, user, windows, { times: 2 })
      expect(second.timesTaken).toBe(1)
      expect(second.windows).toEqual([
        { used: 1, resetAt: second.now + SHORT_MS, generation: 0 },
        { used: 3, resetAt: nth(first.windows, 1).resetAt, generation: 0 },
      ])
      await passTime(SHORT_MS)
      expect(await usedOf(store, user, short)).toBe(0)
    },
  },
]

/** Where windows begin and end. */
export const windowsInTime: Topic = { name: 'windows in time', cases: CASES }
