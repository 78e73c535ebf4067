import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, askAll, epochEnd, fresh, limiterOf, nth, only, range, refund, takeOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

const CASES: readonly Case[] = [
  ...ANCHORS.flatMap((anchor): Case[] => [
    {
      name: `is one number for all that is asked of a window (${anchor})`,
      run: async ({ connections, window, harness }) => {
        const stores = await connections(4)
        const key = fresh()
        const own = window(20, anchor)
        const opening = await ask(nth(stores, 0), key, own, { cost: 2 })
        const { resetAt } = only(opening)
        for (const i of range(24)) {
          const store = nth(stores, i % 4)
          await harness.passTime(3)
          if (i % 8 === 7) await refund(store, key, [own], opening, 1)
          const reply = await ask(store, key, own, { cost: nth([1, 0, 50], i % 3), times: 1 + (i % 2) })
          expect(only(reply).resetAt).toBe(resetAt)
        }
      },
    },
    {
      name: `is one number for callers that open a window at once (${anchor})`,
      run: async ({ connections, window }) => {
        const stores = await connections(6)
        for (const _ of range(5)) {
          const key = fresh()
          const replies = await Promise.all(range(60).map((i) => ask(nth(stores, i % 6), key, window(40, anchor))))
          expect(new Set(replies.map((reply) => only(reply).resetAt)).size).toBe(1)
        }
      },
    },
    {
      name: `tells windows that follow each other apart (${anchor})`,
      run: async ({ store, harness }) => {
        const key = fresh()
        const own: Window = { limit: 1000, windowMs: 150, anchor }
        const counts = new Map<number, number>()
        for (const _ of range(12)) {
          const reply = await ask(store, key, own)
          const { used, resetAt } = only(reply)
          expect(used).toBe((counts.get(resetAt) ?? 0) + 1)
          counts.set(resetAt, used)
          if (anchor === 'epoch') expect(resetAt).toBe(epochEnd(reply.now, own.windowMs))
          await harness.passTime(40)
        }
        expect(counts.size).toBeGreaterThan(2)
      },
    },
    {
      name: `of a limiter is one number, whatever it answers (${anchor})`,
      run: async (context) => {
        const name = fresh()
        const limiters = (await context.connections(3)).map((store) => limiterOf(context, store, 6, { name, anchor }))
        const opening = await nth(limiters, 0).limit('id')
        const ends = new Set([opening.resetAt])
        for (const i of range(15)) {
          await context.harness.passTime(2)
          const limiter = nth(limiters, i % 3)
          const decision = await (i % 4 === 3 ? limiter.peek('id') : limiter.limit('id', { cost: i % 3 }))
          ends.add(decision.resetAt)
        }
        expect([...ends]).toEqual([opening.resetAt])
      },
    },
  ]),
  {
    name: 'is alike alone, in a list and beside other windows',
    run: async ({ store, window, longMs }) => {
      const key = fresh()
      const windows: readonly Window[] = [
        window(50, 'first-hit'),
        window(50),
        { limit: 50, windowMs: longMs[1], anchor: 'first-hit' },
      ]
      const opening = await ask(store, key, windows)
      const replies = await askAll(store, [
        ...windows.map((each) => takeOf(key, each)),
        takeOf(key, windows.toReversed()),
        takeOf(key, windows, { cost: 99 }),
      ])
      const ends = opening.windows.map(({ resetAt }) => resetAt)
      expect(replies.slice(0, 3).map((reply) => only(reply).resetAt)).toEqual(ends)
      expect(nth(replies, 3).windows.map(({ resetAt }) => resetAt)).toEqual(ends.toReversed())
      expect(nth(replies, 4).windows.map(({ resetAt }) => resetAt)).toEqual(ends)
    },
  },
]

/** I5: a window has one end. */
export const resetAt: Topic = { name: 'resetAt', cases: CASES }
