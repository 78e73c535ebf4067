import { expect } from 'vitest'
import { adjust, clear, nth, only, range, read, take, usedOf, usedOfAll } from '../asking/ask.ts'
import { adjusted, adjustmentOf, fresh } from '../asking/operations.ts'
import { tokenFor } from '../asking/token.ts'
import type { Case, Topic } from '../context.ts'
import { KINDS, shortWindow } from '../windows.ts'

const HOUR = 3_600_000

const CASES: readonly Case[] = [
  ...KINDS.map(
    (kind): Case => ({
      name: `make an adjustment take effect once, and repeats return its first result (${kind})`,
      run: async (context) => {
        const { store, window } = context
        for (const change of [-3, 4, 0]) {
          const user = fresh()
          const own = window(10, kind)
          const taken = only(await take(store, user, own, { cost: 8 }))
          const token = await tokenFor(context)
          const first = await adjust(store, user, adjusted(own, taken, change), token)
          const used = 8 + change
          expect(first).toMatchObject({ repeated: false, windows: [{ applied: change, used }] })
          for (const _ of range(3)) {
            const again = await adjust(store, user, adjusted(own, taken, change), token)
            expect(again).toMatchObject({ repeated: true, windows: first.windows })
            expect(again.now).toBeGreaterThanOrEqual(first.now)
            expect(await usedOf(store, user, own)).toBe(used)
          }
        }
      },
    }),
  ),
  {
    name: 'return the first result, whatever has happened since and whatever is asked now',
    run: async (context) => {
      const { store, window } = context
      const user = fresh()
      const windows = KINDS.map((kind) => window(20, kind))
      const taken = await take(store, user, windows, { cost: [10, 2, 5] })
      const absent = adjusted(window(9, 'epoch', 2), nth(taken.windows, 0), -1)
      const named = windows.map((each, i) => adjusted(each, nth(taken.windows, i), -3))
      const token = await tokenFor(context)
      const first = await adjust(store, user, [...named, absent], token)
      const results = [{ applied: -3, used: 7 }, { applied: -2, used: 0 }, { applied: -3, used: 2 }, 'ended']
      expect(first.windows).toEqual(results)
      await take(store, user, windows, { cost: [4, 4, 4] })
      const unasked = [...named, absent].map((each) => ({ ...each, change: 5 }))
      expect(await adjust(store, user, unasked, token)).toMatchObject({ repeated: true, windows: results })
      expect(await usedOfAll(store, user, windows)).toEqual([11, 4, 6])
    },
  },
  {
    name: 'outlive a clear',
    run: async (context) => {
      const { store, window } = context
      const user = fresh()
      const own = window(20)
      const taken = only(await take(store, user, own, { cost: 10 }))
      const token = await tokenFor(context)
      const first = await adjust(store, user, adjusted(own, taken, -4), token)
      await clear(store, user, own)
      const cleared = only(await take(store, user, own, { cost: 9 }))
      const again = await adjust(store, user, adjusted(own, cleared, -4), token)
      expect(again).toMatchObject({ repeated: true, windows: first.windows })
      expect(await read(store, user, own)).toEqual(cleared)
    },
  },
  {
    name: 'belong to one scope and identifier',
    run: async (context) => {
      const { store, window } = context
      const own = window(20)
      const { scope, id } = fresh()
      const users = [
        { scope, id },
        { scope, id: `${id}2` },
        { scope: `${scope}2`, id },
        { scope: `${scope}:${id}`, id },
        { scope: `${scope}:${id}`, id: 'x' },
        { scope, id: `${id}:x` },
      ]
      const token = await tokenFor(context)
      for (const user of users) {
        const taken = only(await take(store, user, own, { cost: 10 }))
        expect((await adjust(store, user, adjusted(own, taken, -4), token)).repeated).toBe(false)
      }
      for (const user of users) expect(await usedOf(store, user, own)).toBe(6)
    },
  },
  {
    name: 'that look the same are different tokens',
    run: async (context) => {
      const { store, window, now } = context
      const user = fresh()
      const own = window(1000)
      const taken = only(await take(store, user, own, { cost: 500 }))
      const until = (await now()) + HOUR
      const ids = [
        'a',
        'A',
        '0',
        '00',
        '-',
        '_',
        'a-b',
        'a_b',
        '__proto__',
        'constructor',
        'x'.repeat(64),
        'x'.repeat(63),
      ]
      for (const id of ids) {
        expect((await adjust(store, user, adjusted(own, taken, -1), { id, until })).repeated).toBe(false)
      }
      for (const id of ids) {
        expect((await adjust(store, user, adjusted(own, taken, -1), { id, until })).repeated).toBe(true)
      }
      expect(await usedOf(store, user, own)).toBe(500 - ids.length)
    },
  },
  {
    name: 'do not get in the way of identifiers that look like them',
    run: async (context) => {
      const { store, window } = context
      const user = fresh()
      const own = window(20)
      const taken = only(await take(store, user, own, { cost: 10 }))
      const token = await tokenFor(context)
      await adjust(store, user, adjusted(own, taken, -4), token)
      for (const end of [`#${token.id}`, `:${token.id}`, token.id, '#', `%23${token.id}`]) {
        const other = { ...user, id: `${user.id}${end}` }
        expect(only(await take(store, other, own, { cost: 3 })).used).toBe(3)
      }
      expect((await adjust(store, user, adjusted(own, taken, -4), token)).repeated).toBe(true)
      expect(await usedOf(store, user, own)).toBe(6)
    },
  },
  {
    name: 'count once in one list as well',
    run: async (context) => {
      const { store, window } = context
      const user = fresh()
      const own = window(100)
      const taken = only(await take(store, user, own, { cost: 50 }))
      const [a, b] = [await tokenFor(context), await tokenFor(context)]
      const asked = [a, b, a, undefined, b, a]
      const replies = await store.askAll(asked.map((token) => adjustmentOf(user, adjusted(own, taken, -1), token)))
      expect(replies).toMatchObject([
        { repeated: false, windows: [{ applied: -1, used: 49 }] },
        { repeated: false, windows: [{ applied: -1, used: 48 }] },
        { repeated: true, windows: [{ applied: -1, used: 49 }] },
        { repeated: false, windows: [{ applied: -1, used: 47 }] },
        { repeated: true, windows: [{ applied: -1, used: 48 }] },
        { repeated: true, windows: [{ applied: -1, used: 49 }] },
      ])
      expect(await usedOf(store, user, own)).toBe(47)
    },
  },
  {
    name: 'count once, from however many connections they are sent at once',
    run: async (context) => {
      const { connections, window } = context
      const stores = await connections(6)
      const first = nth(stores, 0)
      for (const change of [-3, 5]) {
        const user = fresh()
        const own = window(100)
        const taken = only(await take(first, user, own, { cost: 50 }))
        const token = await tokenFor(context)
        const replies = await Promise.all(
          range(24).map((i) => adjust(nth(stores, i % 6), user, adjusted(own, taken, change), token)),
        )
        expect(replies.filter(({ repeated }) => !repeated)).toHaveLength(1)
        for (const { windows } of replies) expect(windows).toEqual([{ applied: change, used: 50 + change }])
        expect(await usedOf(first, user, own)).toBe(50 + change)
      }
    },
  },
  {
    name: 'outlive the window they were used in',
    run: async (context) => {
      const { store, passTime, now } = context
      const user = fresh()
      const own = shortWindow('first-hit', 20, 150, await now())
      const taken = await take(store, user, own, { cost: 10 })
      const token = await tokenFor(context)
      const first = await adjust(store, user, adjusted(own, only(taken), -4), token)
      await passTime(150)
      await take(store, user, own, { cost: 2 })
      const again = await adjust(store, user, adjusted(own, only(taken), -4), token)
      // On a busy machine the window had ended before.
      const due = first.windows[0] === 'ended' ? { repeated: false } : { repeated: true, windows: first.windows }
      expect(again).toMatchObject(due)
    },
  },
]

/** An adjustment with a token takes effect once, however often and from wherever it is sent. */
export const tokens: Topic = { name: 'tokens', cases: CASES }
