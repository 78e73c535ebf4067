import type { Anchor, CounterStore, TakeReply } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, askAll, fresh, limiterOf, nth, only, range, refund, sum, takeOf, usedOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

const CONNECTIONS = 8

/** Runs it `each` times on each of the connections, all at once. */
function everywhere<T>(
  stores: readonly CounterStore[],
  each: number,
  run: (store: CounterStore, i: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(range(stores.length * each).map((i) => run(nth(stores, i % stores.length), i)))
}

/** The counts after the admitted takes, ascending: the only order in which they can have been applied. */
function countsOf(replies: readonly TakeReply[]): readonly number[] {
  const admitted = replies.filter(({ taken }) => taken > 0)
  return admitted.map((reply) => only(reply).used).sort((a, b) => a - b)
}

function perAnchor(anchor: Anchor): readonly Case[] {
  return [
    {
      name: `takes of 1 unit from ${CONNECTIONS} connections admit the limit, each unit once (${anchor})`,
      run: async ({ connections, window }) => {
        const stores = await connections(CONNECTIONS)
        const key = fresh()
        const replies = await everywhere(stores, 30, (store) => ask(store, key, window(100, anchor)))
        expect(countsOf(replies)).toEqual(range(100).map((i) => i + 1))
        expect(new Set(replies.map((reply) => only(reply).resetAt)).size).toBe(1)
        expect(await usedOf(nth(stores, 0), key, window(100, anchor))).toBe(100)
      },
    },
    {
      name: `takes of several units from ${CONNECTIONS} connections never overlap and never exceed the limit (${anchor})`,
      run: async ({ connections, window }) => {
        const stores = await connections(CONNECTIONS)
        const key = fresh()
        const costOf = (i: number): number => 1 + ((i * 7) % 11)
        const replies = await everywhere(stores, 20, (store, i) =>
          ask(store, key, window(400, anchor), { cost: costOf(i) }),
        )
        const taken = replies.flatMap((reply, i) =>
          reply.taken > 0 ? [{ to: only(reply).used, cost: costOf(i) }] : [],
        )
        taken.sort((a, b) => a.to - b.to)
        let before = 0
        for (const { to, cost } of taken) {
          expect(to - cost).toBe(before)
          before = to
        }
        expect(before).toBeLessThanOrEqual(400)
        for (const [i, reply] of replies.entries()) {
          if (reply.taken === 0) expect(only(reply).used + costOf(i)).toBeGreaterThan(400)
        }
      },
    },
  ]
}

const CASES: readonly Case[] = [
  ...ANCHORS.flatMap(perAnchor),
  {
    name: 'lists of takes with several times each admit the limits of all their keys',
    run: async ({ connections, window }) => {
      const stores = await connections(CONNECTIONS)
      const keys = range(10).map(fresh)
      const replies = await everywhere(stores, 6, (store, i) => {
        // Not in the same order everywhere, so that lists cross.
        const order = i % 2 === 0 ? keys : keys.toReversed()
        return askAll(
          store,
          order.map((key) => takeOf(key, window(77), { times: 1 + (i % 5) })),
        )
      })
      for (const [place, key] of keys.entries()) {
        const own = replies.map((list, i) => nth(list, i % 2 === 0 ? place : keys.length - 1 - place))
        expect(sum(own.map(({ taken }) => taken))).toBe(77)
        expect(await usedOf(nth(stores, 0), key, window(77))).toBe(77)
      }
    },
  },
  {
    name: 'takes from several windows are charged to all of them alike',
    run: async ({ connections, window, longMs }) => {
      const stores = await connections(CONNECTIONS)
      const key = fresh()
      const windows = [
        window(90),
        { limit: 60, windowMs: longMs[1], anchor: 'first-hit' as const },
        window(75, 'first-hit'),
      ]
      const replies = await everywhere(stores, 20, (store) => ask(store, key, windows))
      expect(countsOf(replies)).toEqual(range(60).map((i) => i + 1))
      for (const each of windows) expect(await usedOf(nth(stores, 0), key, each)).toBe(60)
    },
  },
  {
    name: 'takes and refunds at once lose no unit',
    run: async ({ connections, window }) => {
      const stores = await connections(CONNECTIONS)
      const key = fresh()
      const first = await ask(nth(stores, 0), key, window(1000), { cost: 200 })
      await everywhere(stores, 20, async (store, i) => {
        if (i % 2 === 0) await ask(store, key, window(1000), { cost: 3 })
        else await refund(store, key, [window(1000)], first, 2)
      })
      expect(await usedOf(nth(stores, 0), key, window(1000))).toBe(200 + 80 * 3 - 80 * 2)
    },
  },
  ...ANCHORS.map(
    (anchor) =>
      ({
        name: `several limiters share one limit for each of several identifiers (${anchor})`,
        run: async (context) => {
          const name = fresh()
          const stores = await context.connections(CONNECTIONS)
          const limiters = stores.map((store) => limiterOf(context, store, 50, { name, anchor }))
          const ids = ['a', 'b', 'c']
          const admitted = await Promise.all(
            range(3 * 160).map(async (i) => {
              const allowed = await nth(limiters, i % limiters.length).isAllowed(nth(ids, i % ids.length))
              return allowed ? i % ids.length : undefined
            }),
          )
          for (const id of range(ids.length)) expect(admitted.filter((each) => each === id)).toHaveLength(50)
        },
      }) satisfies Case,
  ),
]

/** I1: together, all connections and limiters admit the limit and no unit more. */
export const atomicity: Topic = { name: 'atomicity', cases: CASES }
