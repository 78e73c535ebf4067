import type { TakeReply } from '@rl/core'
import { expect } from 'vitest'
import { adjust, clear, nth, only, range, sum, take, takeAll, usedOf } from '../asking/ask.ts'
import { adjusted, fresh, takeOf } from '../asking/operations.ts'
import type { Asker } from '../asking/ways.ts'
import type { Case, Topic } from '../context.ts'
import { KINDS, type Kind } from '../windows.ts'

const CONNECTIONS = 8

/** Runs it `each` times on each of the connections, all at once. */
function everywhere<T>(
  stores: readonly Asker[],
  each: number,
  run: (store: Asker, i: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(range(stores.length * each).map((i) => run(nth(stores, i % stores.length), i)))
}

/** The counts after the admitted takes, ascending: the only order in which they can have been applied. */
function countsOf(replies: readonly TakeReply[]): readonly number[] {
  const admitted = replies.filter(({ timesTaken }) => timesTaken > 0)
  return admitted.map((reply) => only(reply).used).sort((a, b) => a - b)
}

function perKind(kind: Kind): readonly Case[] {
  return [
    {
      name: `takes of 1 unit from ${CONNECTIONS} connections admit the limit, each unit once (${kind})`,
      run: async ({ connections, window }) => {
        const stores = await connections(CONNECTIONS)
        const user = fresh()
        const replies = await everywhere(stores, 30, (store) => take(store, user, window(100, kind)))
        expect(countsOf(replies)).toEqual(range(100).map((i) => i + 1))
        expect(new Set(replies.map((reply) => only(reply).resetAt)).size).toBe(1)
        expect(await usedOf(nth(stores, 0), user, window(100, kind))).toBe(100)
      },
    },
    {
      name: `takes of several units from ${CONNECTIONS} connections never overlap and never exceed the limit (${kind})`,
      run: async ({ connections, window }) => {
        const stores = await connections(CONNECTIONS)
        const user = fresh()
        const costOf = (i: number): number => 1 + ((i * 7) % 11)
        const replies = await everywhere(stores, 20, (store, i) =>
          take(store, user, window(400, kind), { cost: costOf(i) }),
        )
        const taken = replies.flatMap((reply, i) =>
          reply.timesTaken > 0 ? [{ to: only(reply).used, cost: costOf(i) }] : [],
        )
        taken.sort((a, b) => a.to - b.to)
        let before = 0
        for (const { to, cost } of taken) {
          expect(to - cost).toBe(before)
          before = to
        }
        expect(before).toBeLessThanOrEqual(400)
        for (const [i, reply] of replies.entries()) {
          if (reply.timesTaken === 0) expect(only(reply).used + costOf(i)).toBeGreaterThan(400)
        }
      },
    },
  ]
}

const CASES: readonly Case[] = [
  ...KINDS.flatMap(perKind),
  {
    name: 'lists of takes with several times each admit the limits of all their identifiers',
    run: async ({ connections, window }) => {
      const stores = await connections(CONNECTIONS)
      const users = range(10).map(fresh)
      const replies = await everywhere(stores, 6, (store, i) => {
        // Not in the same order everywhere, so that lists cross.
        const order = i % 2 === 0 ? users : users.toReversed()
        return takeAll(
          store,
          order.map((user) => takeOf(user, window(77), { times: 1 + (i % 5) })),
        )
      })
      for (const [place, user] of users.entries()) {
        const own = replies.map((list, i) => nth(list, i % 2 === 0 ? place : users.length - 1 - place))
        expect(sum(own.map(({ timesTaken }) => timesTaken))).toBe(77)
        expect(await usedOf(nth(stores, 0), user, window(77))).toBe(77)
      }
    },
  },
  {
    name: 'takes from several windows are charged to each of them',
    run: async ({ connections, window }) => {
      const stores = await connections(CONNECTIONS)
      const user = fresh()
      const windows = [window(90), window(60, 'first-hit', 1), window(75, 'calendar')]
      const replies = await everywhere(stores, 20, (store) => take(store, user, windows))
      expect(countsOf(replies)).toEqual(range(60).map((i) => i + 1))
      for (const each of windows) expect(await usedOf(nth(stores, 0), user, each)).toBe(60)
    },
  },
  {
    name: 'takes and adjustments at once lose no unit',
    run: async ({ connections, window }) => {
      const stores = await connections(CONNECTIONS)
      const user = fresh()
      const own = window(1000)
      const first = only(await take(nth(stores, 0), user, own, { cost: 300 }))
      await everywhere(stores, 30, async (store, i) => {
        if (i % 3 === 0) await take(store, user, own, { cost: 3 })
        else await adjust(store, user, adjusted(own, first, i % 3 === 1 ? -2 : 1))
      })
      expect(await usedOf(nth(stores, 0), user, own)).toBe(300 + 80 * 3 - 80 * 2 + 80)
    },
  },
  {
    name: 'clears at once each begin a generation, and no unit of an older one comes back',
    run: async ({ connections, window }) => {
      const stores = await connections(CONNECTIONS)
      const user = fresh()
      const own = window(100_000)
      const first = only(await take(nth(stores, 0), user, own))
      const replies = await everywhere(stores, 12, async (store, i) => {
        if (i % 3 === 0) return clear(store, user, own)
        if (i % 3 === 1) return (await adjust(store, user, adjusted(own, first, 1000))).windows[0]
        return only(await take(store, user, own)).used
      })
      expect(replies).toHaveLength(96)
      const last = only(await take(nth(stores, 0), user, own))
      expect(last.generation).toBe(32)
      expect(last.used).toBeLessThanOrEqual(33)
    },
  },
]

/** I1: together, all connections admit the limit and no unit more. */
export const atomicity: Topic = { name: 'atomicity', cases: CASES }
