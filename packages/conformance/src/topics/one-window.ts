import { expect } from 'vitest'
import { adjust, nth, only, range, take, takeAll } from '../asking/ask.ts'
import { adjusted, fresh, takeOf } from '../asking/operations.ts'
import type { Case, Topic } from '../context.ts'
import { endOf } from '../model/oracle.ts'
import { KINDS, shortWindow } from '../windows.ts'

/** One operation, in the order in which it was seen to begin and to end. */
interface Seen {
  readonly begun: number
  readonly ended: number
  /** Units used before and after it. */
  readonly from: number
  readonly to: number
}

const CASES: readonly Case[] = [
  ...KINDS.flatMap((kind): Case[] => [
    {
      name: `what is used never falls from one answer to the next (${kind})`,
      run: async ({ connections, window }) => {
        const stores = await connections(4)
        const user = fresh()
        let before = 0
        for (const i of range(80)) {
          // Takes, reads, takes that are denied, and again, from one connection after the other.
          const cost = nth([1, 0, 99, 2, 0], i % 5)
          const reply = await take(nth(stores, i % 4), user, window(50, kind), { cost })
          const { used } = only(reply)
          expect(used).toBe(before + reply.timesTaken * cost)
          before = used
        }
      },
    },
    {
      name: `what is used never falls along real time while many ask at once (${kind})`,
      run: async ({ connections, window }) => {
        const stores = await connections(6)
        const user = fresh()
        const seen: Seen[] = []
        let clock = 0
        await Promise.all(
          stores.map(async (store, caller) => {
            for (const i of range(25)) {
              const cost = nth([1, 0, 2, 3, 0, 60], (i + caller) % 6)
              const begun = clock++
              const reply = await take(store, user, window(200, kind), { cost })
              const { used } = only(reply)
              seen.push({ begun, ended: clock++, from: used - reply.timesTaken * cost, to: used })
            }
          }),
        )
        for (const earlier of seen) {
          const fallen = seen.filter((later) => earlier.ended < later.begun && earlier.to > later.from)
          expect(fallen).toEqual([])
        }
      },
    },
    {
      name: `resetAt is one number for all that is asked of a window (${kind})`,
      run: async ({ connections, window, passTime }) => {
        const stores = await connections(4)
        const user = fresh()
        const own = window(20, kind)
        const opening = only(await take(nth(stores, 0), user, own, { cost: 2 }))
        for (const i of range(24)) {
          const store = nth(stores, i % 4)
          await passTime(3)
          if (i % 8 === 7) await adjust(store, user, adjusted(own, opening, -1))
          const reply = await take(store, user, own, { cost: nth([1, 0, 50], i % 3), times: 1 + (i % 2) })
          expect(only(reply).resetAt).toBe(opening.resetAt)
        }
      },
    },
    {
      name: `resetAt is one number for callers that open a window at once (${kind})`,
      run: async ({ connections, window }) => {
        const stores = await connections(6)
        for (const _ of range(5)) {
          const user = fresh()
          const replies = await Promise.all(range(60).map((i) => take(nth(stores, i % 6), user, window(40, kind))))
          expect(new Set(replies.map((reply) => only(reply).resetAt)).size).toBe(1)
        }
      },
    },
    {
      name: `resetAt tells windows that follow each other apart (${kind})`,
      run: async ({ store, passTime, now }) => {
        const user = fresh()
        const own = shortWindow(kind, 1000, 150, await now())
        const counts = new Map<number, number>()
        for (const _ of range(12)) {
          const reply = await take(store, user, own)
          const { used, resetAt } = only(reply)
          expect(used).toBe((counts.get(resetAt) ?? 0) + 1)
          counts.set(resetAt, used)
          if (kind !== 'first-hit') expect(resetAt).toBe(endOf(own, reply.now))
          await passTime(40)
        }
        expect(counts.size).toBeGreaterThan(2)
      },
    },
  ]),
  {
    name: 'resetAt is the same alone, in a list and beside other windows',
    run: async ({ store, window }) => {
      const user = fresh()
      const windows = [window(50, 'first-hit'), window(50), window(50, 'first-hit', 1), window(50, 'calendar')]
      const opening = await take(store, user, windows)
      const replies = await takeAll(store, [
        ...windows.map((each) => takeOf(user, each)),
        takeOf(user, windows.toReversed()),
        takeOf(user, windows, { cost: 99 }),
      ])
      const ends = opening.windows.map(({ resetAt }) => resetAt)
      expect(replies.slice(0, 4).map((reply) => only(reply).resetAt)).toEqual(ends)
      expect(nth(replies, 4).windows.map(({ resetAt }) => resetAt)).toEqual(ends.toReversed())
      expect(nth(replies, 5).windows.map(({ resetAt }) => resetAt)).toEqual(ends)
    },
  },
]

/** I4 and I5: within a window what remains never rises, and the window has one end. */
export const oneWindow: Topic = { name: 'one window', cases: CASES }
