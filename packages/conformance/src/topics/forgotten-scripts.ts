import { expect } from 'vitest'
import { ask, askAll, fresh, limiterOf, nth, only, range, refund, takeOf, usedOf } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

const CASES: readonly Case[] = [
  {
    name: 'before a take, a list, a denial, a read, a refund and a reset change no answer',
    run: async ({ store, harness, window }) => {
      const key = fresh()
      await harness.forgetScripts()
      const first = await ask(store, key, window(10), { cost: 2 })
      expect(only(first).used).toBe(2)
      await harness.forgetScripts()
      const list = await askAll(store, [takeOf(key, window(10)), takeOf(key, window(10), { times: 2 })])
      expect(list.map((reply) => only(reply).used)).toEqual([3, 5])
      await harness.forgetScripts()
      expect((await ask(store, key, window(10), { cost: 6 })).taken).toBe(0)
      await harness.forgetScripts()
      expect(await usedOf(store, key, window(10))).toBe(5)
      await harness.forgetScripts()
      expect((await refund(store, key, [window(10)], first, 1)).refunded).toEqual([1])
      expect(await usedOf(store, key, window(10))).toBe(4)
      await harness.forgetScripts()
      await store.clear({ key, windows: [window(10)] })
      expect(await usedOf(store, key, window(10))).toBe(0)
    },
  },
  {
    name: 'between takes of several connections, each take counts once',
    run: async ({ connections, harness, window }) => {
      const stores = await connections(4)
      const key = fresh()
      for (const i of range(40)) {
        if (i % 3 === 0) await harness.forgetScripts()
        expect(only(await ask(nth(stores, i % 4), key, window(100))).used).toBe(i + 1)
      }
    },
  },
  {
    name: 'while takes are on their way, each take counts once',
    run: async ({ connections, harness, window }) => {
      const stores = await connections(4)
      const [single, listed] = [fresh(), fresh()]
      for (const _ of range(15)) {
        await Promise.all([
          ...range(12).map((i) => ask(nth(stores, i % 4), single, window(1000))),
          harness.forgetScripts(),
          ...range(4).map((i) => askAll(nth(stores, i), [takeOf(listed, window(1000)), takeOf(fresh(), window(1))])),
          harness.forgetScripts(),
          ...range(4).map((i) => ask(nth(stores, i), listed, window(1000), { times: 2 })),
        ])
      }
      expect(await usedOf(nth(stores, 0), single, window(1000))).toBe(15 * 12)
      expect(await usedOf(nth(stores, 0), listed, window(1000))).toBe(15 * (4 + 8))
    },
  },
  {
    name: 'while refunds are on their way, each refund counts once',
    run: async ({ connections, harness, window }) => {
      const stores = await connections(4)
      const key = fresh()
      const taken = await ask(nth(stores, 0), key, window(1000), { cost: 1000 })
      for (const _ of range(10)) {
        const refunds = range(8).map((i) => refund(nth(stores, i % 4), key, [window(1000)], taken, 2))
        await Promise.all([...refunds, harness.forgetScripts()])
      }
      expect(await usedOf(nth(stores, 0), key, window(1000))).toBe(1000 - 10 * 8 * 2)
    },
  },
  {
    name: 'while limiters ask, they admit their limit and reject no call',
    run: async (context) => {
      const name = fresh()
      const stores = await context.connections(4)
      const limiters = stores.map((store) => limiterOf(context, store, 90, { name }))
      const admitted = await Promise.all(
        range(20).map(async (round) => {
          const calls = range(10).map((i) => nth(limiters, (round + i) % 4).isAllowed('id'))
          await context.harness.forgetScripts()
          return (await Promise.all(calls)).filter((allowed) => allowed).length
        }),
      )
      expect(admitted.reduce((total, each) => total + each, 0)).toBe(90)
    },
  },
]

/** Scripts forgotten by the storage (NOSCRIPT) are nothing that a caller notices. */
export const forgottenScripts: Topic = { name: 'forgotten scripts', cases: CASES }
