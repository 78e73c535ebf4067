import type { Boundaries, CalendarPeriod, Reply, Window } from '@rl/core'
import { expect } from 'vitest'
import { adjust, asTake, clear, nth, only, range, take, usedOf } from '../asking/ask.ts'
import { adjusted, fresh, takeOf } from '../asking/operations.ts'
import { type Case, expiryOf, type Topic } from '../context.ts'
import { answer, endOf, NOTHING_KNOWN } from '../model/oracle.ts'
import { shortWindow } from '../windows.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A month whose boundaries lie this far from `now`, in milliseconds. */
function monthAround(
  now: number,
  offsets: readonly number[],
  more: Partial<Boundaries> & { limit?: number } = {},
): Window {
  const ends = offsets.map((offset) => now + offset)
  return {
    limit: 10,
    anchor: 'calendar',
    period: 'month',
    timeZone: 'Europe/Berlin',
    ends,
    longestMs: 31 * DAY,
    ...more,
  }
}

const CASES: readonly Case[] = [
  {
    name: "the store's clock picks the first boundary after it",
    run: async ({ store, now }) => {
      const start = await now()
      for (const [offsets, end] of [
        [[-DAY, HOUR], HOUR],
        [[-3 * DAY, -2 * DAY, -HOUR, 2 * HOUR, 3 * DAY], 2 * HOUR],
        [[-DAY, 20 * DAY, 21 * DAY], 20 * DAY],
        [[0, 30 * DAY], 30 * DAY],
      ] as const) {
        for (const cost of [0, 11, 1]) {
          const reply = await take(store, fresh(), monthAround(start, offsets), { cost })
          expect(only(reply).resetAt).toBe(start + end)
        }
      }
    },
  },
  {
    name: 'a boundary belongs to the window that it begins',
    run: async ({ store, passTime, now }) => {
      const user = fresh()
      const own = shortWindow('calendar', 1000, 20, await now())
      for (const _ of range(30)) {
        const reply = await take(store, user, own)
        expect(only(reply).resetAt).toBe(endOf(own, reply.now))
        await passTime(1)
      }
    },
  },
  ...Object.entries({
    'long before the first boundary': [DAY, 2 * DAY],
    'just before the first boundary': [HOUR, DAY],
    'after the last boundary': [-2 * DAY, -DAY],
    'on the last boundary': [-DAY, 0],
  }).map(
    ([name, offsets]): Case => ({
      name: `a clock ${name} is outside: nothing is taken, alone or beside other windows`,
      run: async (context) => {
        const { store, now, window } = context
        const user = fresh()
        const other = window(10, 'first-hit', 1)
        const own = monthAround(await now(), offsets)
        for (const windows of [[own], [own, other], [other, own]]) {
          for (const cost of [0, 1, 11]) {
            const reply = await store.ask(takeOf(user, windows, { cost }))
            expect(reply).toEqual({ outside: true, now: (reply as { now: number }).now })
          }
        }
        expect(await expiryOf(context, user, own)).toBeOneOf([undefined, 'unseen'])
        expect(await expiryOf(context, user, other)).toBeOneOf([undefined, 'unseen'])
        expect(await usedOf(store, user, other)).toBe(0)
        expect((await take(store, user, monthAround(await now(), [-DAY, DAY]), { times: 99 })).timesTaken).toBe(10)
      },
    }),
  ),
  {
    name: 'a clock outside says when it was, so that the next candidates fit',
    run: async ({ store, now }) => {
      const before = await now()
      const reply = (await store.ask(takeOf(fresh(), monthAround(before, [-2 * DAY, -DAY])))) as Reply
      expect(reply.now).toBeGreaterThanOrEqual(before)
      expect(reply.now).toBeLessThanOrEqual(await now())
    },
  },
  {
    name: 'what is outside leaves its neighbours in a list alone',
    run: async ({ store, now, window }) => {
      const [a, b] = [fresh(), fresh()]
      const outside = monthAround(await now(), [-2 * DAY, -DAY])
      const replies = await store.askAll([
        takeOf(a, window(5), { cost: 2 }),
        takeOf(b, outside),
        takeOf(b, window(5), { cost: 3 }),
        takeOf(a, [window(5), outside]),
        takeOf(a, window(5)),
      ])
      expect(replies.map((reply) => 'outside' in reply)).toEqual([false, true, false, true, false])
      expect(only(asTake(nth(replies, 2))).used).toBe(3)
      expect(only(asTake(nth(replies, 4))).used).toBe(3)
    },
  },
  {
    name: 'a stored end wins over other candidates, and all share one counter',
    run: async ({ connections, now }) => {
      const [one, other] = (await connections(2)) as [never, never]
      const start = await now()
      const user = fresh()
      const first = await take(one, user, monthAround(start, [-DAY, 5 * DAY, 36 * DAY]), { cost: 4 })
      const { resetAt } = only(first)
      expect(resetAt).toBe(start + 5 * DAY)
      for (const [i, offsets] of [
        [-HOUR, HOUR],
        [-DAY, 6 * DAY, 30 * DAY],
        [-2 * DAY, 5 * DAY - 1, 5 * DAY + 1],
        [-DAY, 5 * DAY],
      ].entries()) {
        const asking = i % 2 === 0 ? other : one
        const reply = await take(asking, user, monthAround(start, offsets))
        expect(only(reply)).toEqual({ used: 5 + i, resetAt, generation: 0 })
        const denied = await take(asking, user, monthAround(start, offsets), { cost: 10 })
        expect([denied.timesTaken, only(denied)]).toEqual([0, { used: 5 + i, resetAt, generation: 0 }])
      }
      expect((await take(one, user, monthAround(start, [-DAY, 7 * DAY]), { times: 9 })).timesTaken).toBe(2)
    },
  },
  {
    name: 'a stored end wins until it has passed, then the candidates apply',
    run: async ({ store, now, passTime }) => {
      const start = await now()
      const user = fresh()
      const first = await take(store, user, monthAround(start, [-DAY, 200, DAY]))
      const { resetAt } = only(first)
      // On a busy machine the first take may have come after the first boundary: the next one is a day away.
      if (resetAt > start + 200) return
      await passTime(Math.max(0, resetAt - first.now))
      const next = await take(store, user, monthAround(start, [-DAY, 200, 2 * DAY]), { cost: 3 })
      expect(only(next)).toEqual({ used: 3, resetAt: start + 2 * DAY, generation: 0 })
    },
  },
  {
    name: 'a stored end up to now + longestMs stays, one beyond is healed and loses no unit',
    run: async ({ store, now }) => {
      const start = await now()
      const user = fresh()
      const far = monthAround(start, [-DAY, 20 * DAY])
      await take(store, user, far, { cost: 7 })
      const near = { longestMs: 21 * DAY }
      expect(only(await take(store, user, monthAround(start, [-DAY, DAY], near), { cost: 0 })).resetAt).toBe(
        start + 20 * DAY,
      )
      const short = monthAround(start, [-DAY, 2 * DAY], { longestMs: 3 * DAY })
      for (const [cost, used] of [
        [0, 7],
        [4, 7],
        [2, 9],
        [0, 9],
        [1, 10],
      ] as const) {
        const reply = await take(store, user, short, { cost })
        expect(only(reply)).toEqual({ used, resetAt: start + 2 * DAY, generation: 0 })
      }
      // After an admitted take has healed an end, all callers see the new one.
      expect(only(await take(store, user, far, { cost: 0 })).resetAt).toBe(start + 2 * DAY)
    },
  },
  {
    name: 'an adjustment and a clear go by the stored end',
    run: async ({ store, now }) => {
      const start = await now()
      const user = fresh()
      const own = monthAround(start, [-DAY, 5 * DAY])
      const other = monthAround(start, [-DAY, 6 * DAY])
      const taken = only(await take(store, user, own, { cost: 6 }))
      const wrongEnd = { ...taken, resetAt: start + 6 * DAY }
      expect((await adjust(store, user, adjusted(own, wrongEnd, -1))).windows).toEqual(['ended'])
      expect((await adjust(store, user, adjusted(other, taken, -2))).windows).toEqual([{ applied: -2, used: 4 }])
      await clear(store, user, other)
      expect(only(await take(store, user, other))).toEqual({ used: 1, resetAt: taken.resetAt, generation: 1 })
    },
  },
  {
    name: 'periods, zones and fixed windows have a counter each, days and hours do not',
    run: async ({ store, now, window }) => {
      const start = await now()
      const user = fresh()
      const periods: CalendarPeriod[] = ['hour', 'day', 'week', 'month', 'year']
      const zones = [
        'UTC',
        'utc',
        'Europe/Berlin',
        'Europe~2FBerlin',
        'Europe_Berlin',
        'Etc/GMT+1',
        'Etc/GMT-1',
        'a~2fb',
        'a/b',
      ]
      const windows = [
        ...periods.flatMap((period) =>
          zones.map((timeZone) => ({ ...monthAround(start, [-HOUR, HOUR]), period, timeZone })),
        ),
        window(0, 'epoch'),
        window(0, 'first-hit'),
      ].map((each) => ({ ...each, limit: 1000 }))
      for (const [i, each] of windows.entries()) await take(store, user, each as Window, { cost: i + 1 })
      const used = []
      for (const each of windows) used.push(await usedOf(store, user, each as Window))
      expect(used).toEqual(windows.map((_, i) => i + 1))
    },
  },
  {
    name: 'boundaries may move on while the windows stay the same objects',
    run: async ({ store, now }) => {
      let ends: readonly number[] = []
      const moving = Object.defineProperty(monthAround(0, []), 'ends', { get: () => ends })
      const windows = [moving]
      for (const days of [1, 2, 3]) {
        const start = await now()
        ends = [start - days * DAY, start + days * DAY]
        expect(only(await take(store, fresh(), windows)).resetAt).toBe(start + days * DAY)
        const list = [takeOf(fresh(), windows), takeOf(fresh(), windows)]
        for (const reply of await store.askAll(list)) expect(only(asTake(reply)).resetAt).toBe(start + days * DAY)
      }
    },
  },
  {
    name: 'a long list of boundaries is searched to its end',
    run: async ({ store, now }) => {
      const start = await now()
      const offsets = range(400).map((i) => (i - 398) * DAY + HOUR)
      const reply = asTake(await store.ask(takeOf(fresh(), monthAround(start, offsets, { longestMs: 2 * DAY }))))
      const due = answer(NOTHING_KNOWN, takeOf(fresh(), monthAround(start, offsets, { longestMs: 2 * DAY })), reply.now)
      expect(reply).toEqual(due.reply)
    },
  },
]

/** Calendar windows: the caller brings boundaries, the store's clock chooses, and the stored end wins. */
export const calendars: Topic = { name: 'calendars', cases: CASES }
