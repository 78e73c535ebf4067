import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { adjust, nth, only, read, take, usedOfAll } from '../asking/ask.ts'
import { adjusted, fresh, MAX } from '../asking/operations.ts'
import { type Case, expectExpiryKept, expiryOf, type Topic } from '../context.ts'
import { KINDS, lengthOf, shortWindow } from '../windows.ts'

const PER_KIND = KINDS.flatMap((kind): Case[] => [
  {
    name: `give units back and charge units (${kind})`,
    run: async ({ store, window }) => {
      const user = fresh()
      const own = window(10, kind)
      const taken = await take(store, user, own, { cost: 7 })
      let used = 7
      for (const change of [-3, 2, -1, 0, 4]) {
        used += change
        const reply = await adjust(store, user, adjusted(own, only(taken), change))
        expect(reply).toMatchObject({ repeated: false, windows: [{ applied: change, used }] })
        expect(reply.now).toBeGreaterThanOrEqual(taken.now)
        expect(await read(store, user, own)).toEqual({ ...only(taken), used })
      }
      expect((await take(store, user, own, { times: 9 })).timesTaken).toBe(1)
    },
  },
  {
    name: `give back no more than what is used (${kind})`,
    run: async ({ store, window }) => {
      const user = fresh()
      const own = window(10, kind)
      const taken = only(await take(store, user, own, { cost: 4 }))
      expect((await adjust(store, user, adjusted(own, taken, -5))).windows).toEqual([{ applied: -4, used: 0 }])
      for (const change of [-1, -MAX]) {
        expect((await adjust(store, user, adjusted(own, taken, change))).windows).toEqual([{ applied: 0, used: 0 }])
      }
      expect((await take(store, user, own, { times: 99 })).timesTaken).toBe(10)
    },
  },
  {
    name: `charge past the limit, and later takes see the debt (${kind})`,
    run: async ({ store, window }) => {
      const user = fresh()
      const own = window(10, kind)
      const taken = only(await take(store, user, own, { cost: 9 }))
      expect((await adjust(store, user, adjusted(own, taken, 6))).windows).toEqual([{ applied: 6, used: 15 }])
      for (const cost of [0, 1, 10]) {
        const denied = await take(store, user, own, { cost })
        expect([denied.timesTaken, only(denied)]).toEqual([0, { ...taken, used: 15 }])
      }
      expect((await adjust(store, user, adjusted(own, taken, -6))).windows).toEqual([{ applied: -6, used: 9 }])
      expect((await take(store, user, own, { times: 3 })).timesTaken).toBe(1)
    },
  },
  {
    name: `leave a window open that they empty (${kind})`,
    run: async ({ store, window, passTime }) => {
      const user = fresh()
      const own = window(10, kind)
      const taken = only(await take(store, user, own, { cost: 4 }))
      await passTime(20)
      await adjust(store, user, adjusted(own, taken, -4))
      expect(await read(store, user, own)).toEqual({ ...taken, used: 0 })
      expect(only(await take(store, user, own))).toEqual({ ...taken, used: 1 })
    },
  },
  {
    name: `charge a window that a cost of 0 has opened (${kind})`,
    run: async ({ store, window }) => {
      const user = fresh()
      const windows = [window(10, 'epoch', 1), window(10, kind)]
      const taken = nth((await take(store, user, windows, { cost: [1, 0] })).windows, 1)
      const own = nth(windows, 1)
      expect((await adjust(store, user, adjusted(own, taken, 8))).windows).toEqual([{ applied: 8, used: 8 }])
      expect(await read(store, user, own)).toEqual({ ...taken, used: 8 })
    },
  },
  {
    name: `do not move the expiry (${kind})`,
    run: async (context) => {
      const { store, window } = context
      const user = fresh()
      const own = window(10, kind)
      const taken = only(await take(store, user, own, { cost: 4 }))
      for (const change of [-1, 20, -23]) {
        await expectExpiryKept(context, user, own, () => adjust(store, user, adjusted(own, taken, change)))
      }
      expect(await read(store, user, own)).toEqual({ ...taken, used: 0 })
    },
  },
  {
    name: `under another end or generation find the window ended (${kind})`,
    run: async ({ store, window }) => {
      const user = fresh()
      const own = window(10, kind)
      const taken = only(await take(store, user, own, { cost: 4 }))
      const { resetAt, generation } = taken
      const ms = lengthOf(own)
      for (const other of [resetAt - 1, resetAt + 1, resetAt - ms, Math.min(resetAt + ms, MAX), 1, MAX]) {
        for (const change of [-2, 2]) {
          const named = adjusted(own, { resetAt: other, generation }, change)
          expect((await adjust(store, user, named)).windows).toEqual(['ended'])
        }
      }
      for (const other of [1, 2, 60, MAX]) {
        const named = adjusted(own, { resetAt, generation: other }, -2)
        expect((await adjust(store, user, named)).windows).toEqual(['ended'])
      }
      expect(await read(store, user, own)).toEqual(taken)
    },
  },
  {
    name: `never create a counter (${kind})`,
    run: async (context) => {
      const { store, window } = context
      const user = fresh()
      const own = window(10, kind)
      const seen = only(await take(store, user, own, { cost: 0 }))
      for (const change of [-5, 5, 0]) {
        expect((await adjust(store, user, adjusted(own, seen, change))).windows).toEqual(['ended'])
        expect(await expiryOf(context, user, own)).toBeOneOf([undefined, 'unseen'])
      }
      expect((await take(store, user, own, { times: 99 })).timesTaken).toBe(10)
    },
  },
  {
    name: `that come late neither create a counter nor reach the next window (${kind})`,
    run: async ({ store, passTime, now }) => {
      for (const cost of [0, 7]) {
        const user = fresh()
        const own = shortWindow(kind, 10, 150, await now())
        const taken = await take(store, user, own, { cost: 6 })
        await passTime(only(taken).resetAt - taken.now)
        const next = only(await take(store, user, own, { cost }))
        for (const change of [-6, 6]) {
          expect((await adjust(store, user, adjusted(own, only(taken), change))).windows).toEqual(['ended'])
        }
        const after = await read(store, user, own)
        expect(after.used).toBe(after.resetAt === next.resetAt ? cost : 0)
      }
    },
  },
])

const CASES: readonly Case[] = [
  ...PER_KIND,
  {
    name: 'go to each window by itself',
    run: async ({ store, window, passTime }) => {
      const user = fresh()
      const late: Window = { limit: 10, windowMs: 150, anchor: 'first-hit' }
      const windows = [window(10), window(10, 'first-hit', 1), late, window(10, 'calendar')]
      const taken = await take(store, user, windows, { cost: [5, 2, 5, 3] })
      const absent = adjusted(window(10, 'epoch', 2), nth(taken.windows, 0), -4)
      await passTime(150)
      const changes = [-4, -4, -4, 9]
      const named = windows.map((each, i) => adjusted(each, nth(taken.windows, i), nth(changes, i)))
      const reply = await adjust(store, user, [...named, absent])
      expect(reply.windows).toEqual([
        { applied: -4, used: 1 },
        { applied: -2, used: 0 },
        'ended',
        { applied: 9, used: 12 },
        'ended',
      ])
      expect(await usedOfAll(store, user, [...windows, window(10, 'epoch', 2)])).toEqual([1, 0, 0, 12, 0])
    },
  },
  {
    name: 'answer in the order of the windows they name',
    run: async ({ store, window }) => {
      const user = fresh()
      const windows = [window(99), window(99, 'first-hit'), window(99, 'calendar'), window(99, 'epoch', 1)]
      const taken = await take(store, user, windows, { cost: [10, 20, 30, 40] })
      for (const order of [
        [3, 2, 1, 0],
        [2, 0, 3, 1],
      ]) {
        const before = await usedOfAll(store, user, windows)
        const named = order.map((i) => adjusted(nth(windows, i), nth(taken.windows, i), -i - 1))
        const reply = await adjust(store, user, named)
        expect(reply.windows).toEqual(order.map((i) => ({ applied: -i - 1, used: nth(before, i) - i - 1 })))
      }
    },
  },
]

/** Units go back to, or are charged to, the very window they came from, or nowhere. */
export const adjustments: Topic = { name: 'adjustments', cases: CASES }
