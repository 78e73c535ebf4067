import { expect } from 'vitest'
import { adjust, clear, nth, only, range, take, takeAll, usedOf } from '../asking/ask.ts'
import { adjusted, fresh, freshName, takeOf } from '../asking/operations.ts'
import type { Case, Topic } from '../context.ts'

/** Scripts are all cases' own. */
const alone = true

const CASES: readonly Case[] = [
  {
    name: 'before each kind of operation change no answer',
    alone,
    run: async ({ store, harness, window, now }) => {
      const user = fresh()
      const own = window(10)
      const token = { id: freshName(), until: (await now()) + 60_000 }
      await harness.forgetScripts?.()
      const first = only(await take(store, user, own, { cost: 2 }))
      expect(first.used).toBe(2)
      await harness.forgetScripts?.()
      const list = await takeAll(store, [takeOf(user, own), takeOf(user, own, { times: 2 })])
      expect(list.map((reply) => only(reply).used)).toEqual([3, 5])
      await harness.forgetScripts?.()
      expect((await take(store, user, own, { cost: 6 })).timesTaken).toBe(0)
      await harness.forgetScripts?.()
      expect(await usedOf(store, user, own)).toBe(5)
      for (const repeated of [false, true]) {
        await harness.forgetScripts?.()
        const reply = await adjust(store, user, adjusted(own, first, -1), token)
        expect(reply).toMatchObject({ repeated, windows: [{ applied: -1, used: 4 }] })
      }
      expect(await usedOf(store, user, own)).toBe(4)
      await harness.forgetScripts?.()
      await clear(store, user, own)
      expect(await usedOf(store, user, own)).toBe(0)
    },
  },
  {
    name: 'between takes of several connections let each take count once',
    alone,
    run: async ({ connections, harness, window }) => {
      const stores = await connections(4)
      const user = fresh()
      for (const i of range(40)) {
        if (i % 3 === 0) await harness.forgetScripts?.()
        expect(only(await take(nth(stores, i % 4), user, window(100))).used).toBe(i + 1)
      }
    },
  },
  {
    name: 'while takes are in flight let each take count once',
    alone,
    run: async ({ connections, harness, window }) => {
      const stores = await connections(4)
      const [single, listed] = [fresh(), fresh()]
      const own = window(1000)
      for (const _ of range(15)) {
        await Promise.all([
          ...range(12).map((i) => take(nth(stores, i % 4), single, own)),
          harness.forgetScripts?.(),
          ...range(4).map((i) => takeAll(nth(stores, i), [takeOf(listed, own), takeOf(fresh(), window(1))])),
          harness.forgetScripts?.(),
          ...range(4).map((i) => take(nth(stores, i), listed, own, { times: 2 })),
        ])
      }
      expect(await usedOf(nth(stores, 0), single, own)).toBe(15 * 12)
      expect(await usedOf(nth(stores, 0), listed, own)).toBe(15 * (4 + 8))
    },
  },
  {
    name: 'while adjustments are in flight let each adjustment count once',
    alone,
    run: async ({ connections, harness, window }) => {
      const stores = await connections(4)
      const user = fresh()
      const own = window(1000)
      const taken = only(await take(nth(stores, 0), user, own, { cost: 1000 }))
      for (const _ of range(10)) {
        const giving = range(8).map((i) => adjust(nth(stores, i % 4), user, adjusted(own, taken, -2)))
        await Promise.all([...giving, harness.forgetScripts?.()])
      }
      expect(await usedOf(nth(stores, 0), user, own)).toBe(1000 - 10 * 8 * 2)
    },
  },
]

/** A caller does not notice that the storage forgot its scripts (NOSCRIPT). */
export const forgottenScripts: Topic = { name: 'forgotten scripts', cases: CASES }
