import type { Subject, Window } from '@rl/core'
import { expect } from 'vitest'
import { adjust, asTake, clear, nth, only, range, take } from '../asking/ask.ts'
import { adjusted, freshName, takeOf } from '../asking/operations.ts'
import type { Case, Context, Topic } from '../context.ts'

const COUNTERS = 100_000

interface Crowd {
  readonly window: Window
  userAt(i: number): Subject
  /** Places of identifiers whose counters are not as they were left. */
  readonly wrong: readonly number[]
}

/** 100,000 identifiers, each with the units that its number tells. Made once, as it takes a few seconds on a server. */
function crowdOf({ once, store, window }: Context): Promise<Crowd> {
  return once('crowd', async () => {
    const name = freshName()
    const own = window(1000)
    const userAt = (i: number): Subject => ({ scope: 'crowd', id: `${name}:${i}` })
    const ask = (costOf: (i: number) => number) =>
      store.askMany(range(COUNTERS).map((i) => takeOf(userAt(i), own, { cost: costOf(i) })))
    const taken = await ask(costAt)
    const read = await ask(() => 0)
    const wrong = range(COUNTERS).filter((i) =>
      [taken, read].some((replies) => only(asTake(nth(replies, i))).used !== costAt(i)),
    )
    return { window: own, userAt, wrong }
  })
}

function costAt(i: number): number {
  return 1 + (i % 900)
}

const CASES: readonly Case[] = [
  {
    name: `each of ${COUNTERS.toLocaleString('en')} keeps its units`,
    run: async (context) => {
      const { window, userAt, wrong } = await crowdOf(context)
      expect(wrong).toEqual([])
      for (let i = 0; i < COUNTERS; i += 599) {
        const { used } = only(await take(context.store, userAt(i), window, { cost: 0 }))
        expect([i, used]).toEqual([i, costAt(i)])
      }
    },
  },
  {
    name: 'the first, the last and those between are found, changed and cleared',
    alone: true,
    run: async (context) => {
      const { store } = context
      const { window, userAt } = await crowdOf(context)
      for (const i of [0, 1, 255, 256, 32_767, 65_535, 65_536, COUNTERS - 1]) {
        const user = userAt(i)
        const before = only(await take(store, user, window, { cost: 0 }))
        expect(only(await take(store, user, window, { cost: 3 })).used).toBe(before.used + 3)
        const reply = await adjust(store, user, adjusted(window, before, -3))
        expect(nth(reply.windows, 0)).toEqual({ applied: -3, used: before.used })
      }
      const user = userAt(70_001)
      const before = only(await take(store, user, window, { cost: 0 }))
      await clear(store, user, window)
      const after = only(await take(store, user, window, { cost: costAt(70_001) }))
      expect(after).toEqual({ ...before, used: costAt(70_001), generation: before.generation + 1 })
    },
  },
]

/** A store keeps its promises with 100,000 counters as well. */
export const manyCounters: Topic = { name: 'many counters', cases: CASES }
