import { expect } from 'vitest'
import { nth, only, range, read, take, takeAll } from '../asking/ask.ts'
import { fresh, takeOf } from '../asking/operations.ts'
import { type Case, expectExpiryKept, expiryOf, type Topic } from '../context.ts'
import { KINDS, shortWindow } from '../windows.ts'

const CASES: readonly Case[] = [
  ...KINDS.flatMap((kind): Case[] => [
    {
      name: `leave the counter as it was, whatever they cost (${kind})`,
      run: async ({ store, window }) => {
        const user = fresh()
        const own = window(10, kind)
        const taken = await take(store, user, own, { cost: 8 })
        for (const cost of [3, 10, 11, 2 ** 40, 3]) {
          for (const times of [1, 5]) {
            const reply = await take(store, user, own, { cost, times })
            expect(reply.timesTaken).toBe(0)
            expect(only(reply)).toEqual(only(taken))
          }
        }
        expect((await take(store, user, own, { cost: 2 })).timesTaken).toBe(1)
      },
    },
    {
      name: `create no counter (${kind})`,
      run: async (context) => {
        const { store, window, passTime } = context
        const user = fresh()
        const own = window(10, kind)
        for (const cost of [11, 2 ** 40]) {
          const reply = await take(store, user, own, { cost, times: 3 })
          expect([reply.timesTaken, only(reply).used]).toEqual([0, 0])
          expect(await expiryOf(context, user, own)).toBeOneOf([undefined, 'unseen'])
        }
        await passTime(3)
        const opening = await take(store, user, own, { times: 99 })
        expect(opening.timesTaken).toBe(10)
        if (own.anchor === 'first-hit') expect(only(opening).resetAt).toBe(opening.now + own.windowMs)
      },
    },
    {
      name: `add no key to the storage, alone or in a crowd (${kind})`,
      alone: true,
      run: async ({ store, window, harness }) => {
        const before = (await harness.keys?.()) ?? 0
        const takes = range(200).map(() => takeOf(fresh(), [window(5, kind), window(9, kind, 1)], { cost: [6, 1] }))
        for (const one of takes.slice(0, 50)) await store.ask(one)
        await takeAll(store, takes)
        expect((await harness.keys?.()) ?? 0).toBeLessThanOrEqual(before)
      },
    },
    {
      name: `do not move the expiry (${kind})`,
      run: async (context) => {
        const { store, window } = context
        const user = fresh()
        const own = window(5, kind)
        const taken = await take(store, user, own, { times: 5 })
        for (const _ of range(3)) {
          await expectExpiryKept(context, user, own, async () => {
            expect(only(await take(store, user, own))).toEqual(only(taken))
          })
        }
      },
    },
    {
      name: `by the thousand leave counter and expiry as they were (${kind})`,
      run: async (context) => {
        const { store, window } = context
        const user = fresh()
        const own = window(5, kind)
        const taken = await take(store, user, own, { times: 5 })
        const flood = range(1000).map(() => takeOf(user, own, { times: 7 }))
        await expectExpiryKept(context, user, own, async () => {
          const changed = (await takeAll(store, flood)).filter(({ timesTaken, windows: [state] }) => {
            return timesTaken !== 0 || JSON.stringify(state) !== JSON.stringify(only(taken))
          })
          expect(changed).toEqual([])
        })
      },
    },
    {
      name: `do not keep a window from ending (${kind})`,
      run: async ({ store, passTime, now }) => {
        const user = fresh()
        const own = shortWindow(kind, 1, 300, await now())
        const opening = await take(store, user, own)
        for (const _ of range(5)) {
          await passTime(60)
          await take(store, user, own, { cost: 2 })
        }
        const next = await take(store, user, own)
        expect(next.now).toBeGreaterThanOrEqual(only(opening).resetAt)
        expect(next.timesTaken).toBe(1)
      },
    },
  ]),
  {
    name: 'happen only when the call does not fit, and say truly what is used',
    run: async ({ store, window }) => {
      const user = fresh()
      let used = 0
      for (const i of range(60)) {
        const cost = 1 + ((i * 5) % 9)
        const reply = await take(store, user, window(100), { cost })
        expect(reply.timesTaken).toBe(used + cost <= 100 ? 1 : 0)
        used += reply.timesTaken * cost
        expect(only(reply).used).toBe(used)
      }
      expect(used).toBe(100)
    },
  },
  {
    name: 'by one of several windows leave each of the others as it was',
    run: async ({ store, window }) => {
      for (const full of range(3)) {
        const user = fresh()
        const windows = KINDS.map((kind, i) => window(i === full ? 2 : 50, kind))
        const taken = await take(store, user, windows, { times: 2 })
        const denied = await take(store, user, windows, { times: 3 })
        expect([denied.timesTaken, denied.windows]).toEqual([0, taken.windows])
        for (const [i, each] of windows.entries()) {
          expect(await read(store, user, each)).toEqual(nth(taken.windows, i))
        }
      }
    },
  },
]

/** I2 and I3: a denial costs nothing, and happens only when the call does not fit. */
export const denials: Topic = { name: 'denials', cases: CASES }
