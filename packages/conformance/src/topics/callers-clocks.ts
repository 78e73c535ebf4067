import { expect } from 'vitest'
import { adjust, nth, only, range, read, take } from '../asking/ask.ts'
import { adjusted, fresh, freshName } from '../asking/operations.ts'
import { WAYS } from '../asking/ways.ts'
import type { Case, Topic } from '../context.ts'
import { endOf } from '../model/oracle.ts'
import { withSkewedDate } from '../skewed-date.ts'
import { KINDS, shortWindow } from '../windows.ts'

const HOUR = 3_600_000

/** How far callers' clocks are off, in milliseconds. */
const SKEWS: readonly number[] = [5 * HOUR, -5 * HOUR, 400 * 24 * HOUR, -400 * 24 * HOUR, HOUR + 1, 0]

/** The clock of this process is wrong meanwhile, for all cases. */
const alone = true

const CASES: readonly Case[] = [
  ...KINDS.flatMap((kind): Case[] => [
    {
      name: `hours apart share one window and its limit (${kind})`,
      alone,
      run: async ({ connections, window }) => {
        const stores = await connections(3)
        const user = fresh()
        const replies = []
        for (const i of range(12)) {
          const asking = (): ReturnType<typeof take> => take(nth(stores, i % 3), user, window(7, kind))
          replies.push(await withSkewedDate(nth(SKEWS, i % SKEWS.length), asking))
        }
        expect(replies.map(({ timesTaken }) => timesTaken)).toEqual(range(12).map((i) => (i < 7 ? 1 : 0)))
        expect(new Set(replies.map((reply) => only(reply).resetAt)).size).toBe(1)
      },
    },
    {
      name: `move neither now nor a window's end (${kind})`,
      alone,
      run: async ({ connections, window, passTime }) => {
        const stores = await connections(3)
        const own = window(5, kind)
        let before = await take(nth(stores, 0), fresh(), own)
        for (const [i, skewMs] of SKEWS.entries()) {
          await passTime(2)
          const reply = await withSkewedDate(skewMs, () => take(nth(stores, i % 3), fresh(), own))
          expect(reply.now).toBeGreaterThan(before.now)
          // All of the suite's own time is far less than half an hour, and all skews are more.
          expect(reply.now - before.now).toBeLessThan(HOUR / 2)
          expect(only(reply).resetAt).toBe(endOf(own, reply.now))
          before = reply
        }
      },
    },
    {
      name: `neither end a window nor keep it open (${kind})`,
      alone,
      run: async ({ store, passTime, now }) => {
        for (const skewMs of SKEWS.slice(0, 3)) {
          const user = fresh()
          const own = shortWindow(kind, 2, 80, await now())
          const first = await withSkewedDate(skewMs, () => take(store, user, own, { times: 2 }))
          const end = only(first).resetAt
          await passTime(end - first.now)
          const second = await withSkewedDate(-skewMs, () => take(store, user, own, { times: 9 }))
          expect(second.now).toBeGreaterThanOrEqual(end)
          expect(second.timesTaken).toBe(2)
        }
      },
    },
    {
      name: `are no matter to adjustments, tokens and clears (${kind})`,
      alone,
      run: async ({ store, window, now }) => {
        for (const skewMs of SKEWS) {
          const user = fresh()
          const own = window(9, kind)
          const taken = only(await take(store, user, own, { cost: 5 }))
          const token = { id: freshName(), until: (await now()) + HOUR }
          await withSkewedDate(skewMs, async () => {
            const first = await adjust(store, user, adjusted(own, taken, -2), token)
            expect(first).toMatchObject({ repeated: false, windows: [{ applied: -2, used: 3 }] })
          })
          const again = await withSkewedDate(-skewMs, () => adjust(store, user, adjusted(own, taken, -2), token))
          expect(again).toMatchObject({ repeated: true, windows: [{ applied: -2, used: 3 }] })
          expect(await read(store, user, own)).toEqual({ ...taken, used: 3 })
        }
      },
    },
  ]),
  {
    name: 'are no matter to a store that connects under one',
    alone,
    run: async ({ harness, store, window, wayName }) => {
      const user = fresh()
      const before = await take(store, user, window(5))
      for (const skewMs of [7 * HOUR, -7 * HOUR]) {
        const reply = await withSkewedDate(skewMs, async () => {
          const connected = await harness.connect()
          const asker = WAYS.find(({ name }) => name === wayName)?.askerOf(connected)
          return take(asker ?? store, user, window(5))
        })
        expect(only(reply).resetAt).toBe(only(before).resetAt)
        expect(Math.abs(reply.now - before.now)).toBeLessThan(HOUR / 2)
      }
      expect((await take(store, user, window(5), { times: 9 })).timesTaken).toBe(2)
    },
  },
]

/** The storage's clock is the only one. */
export const callersClocks: Topic = { name: "callers' clocks", cases: CASES }
