import { expect } from 'vitest'
import { ANCHORS, ask, fresh, limiterOf, nth, only, range } from '../asking.ts'
import type { Case, Topic } from '../context.ts'

/** One operation, in the order in which it was seen to begin and to end. */
interface Seen {
  readonly begun: number
  readonly ended: number
  /** Units used before and after it. */
  readonly from: number
  readonly to: number
}

const CASES: readonly Case[] = [
  ...ANCHORS.flatMap((anchor): Case[] => [
    {
      name: `never rises from one answer to the next, whoever asks (${anchor})`,
      run: async ({ connections, window }) => {
        const stores = await connections(4)
        const key = fresh()
        let before = 0
        for (const i of range(80)) {
          // Takes, reads, takes that are denied, and again, from one connection after the other.
          const cost = nth([1, 0, 99, 2, 0], i % 5)
          const reply = await ask(nth(stores, i % 4), key, window(50, anchor), { cost })
          const { used } = only(reply)
          expect(used).toBe(before + reply.taken * cost)
          before = used
        }
      },
    },
    {
      name: `never rises along real time while many ask at once (${anchor})`,
      run: async ({ connections, window }) => {
        const stores = await connections(6)
        const key = fresh()
        const seen: Seen[] = []
        let clock = 0
        await Promise.all(
          stores.map(async (store, caller) => {
            for (const i of range(25)) {
              const cost = nth([1, 0, 2, 3, 0, 60], (i + caller) % 6)
              const begun = clock++
              const reply = await ask(store, key, window(200, anchor), { cost })
              const { used } = only(reply)
              seen.push({ begun, ended: clock++, from: used - reply.taken * cost, to: used })
            }
          }),
        )
        for (const earlier of seen) {
          for (const later of seen) {
            if (earlier.ended < later.begun) expect(earlier.to).toBeLessThanOrEqual(later.from)
          }
        }
      },
    },
    {
      name: `of a limiter counts down by what each call took (${anchor})`,
      run: async (context) => {
        const name = fresh()
        const stores = await context.connections(3)
        const limiters = stores.map((store) => limiterOf(context, store, 30, { name, anchor }))
        let remaining = 30
        for (const i of range(40)) {
          const cost = nth([1, 3, 0, 2], i % 4)
          const fits = cost <= remaining
          const limiter = nth(limiters, i % 3)
          expect((await limiter.peek('id', { cost })).remaining).toBe(remaining)
          const decision = await limiter.limit('id', { cost })
          if (fits) remaining -= cost
          expect([decision.allowed, decision.remaining]).toEqual([fits, remaining])
        }
        expect(remaining).toBe(0)
      },
    },
    {
      name: `of calls that travel together counts down in their order (${anchor})`,
      run: async (context) => {
        const limiter = limiterOf(context, context.store, 20, { anchor })
        const decisions = await Promise.all(range(50).map(() => limiter.limit('id')))
        expect(decisions.map(({ remaining }) => remaining)).toEqual(range(50).map((i) => Math.max(0, 19 - i)))
      },
    },
  ]),
]

/** I4: within a window, what remains never rises, refunds and resets aside. */
export const remaining: Topic = { name: 'remaining', cases: CASES }
