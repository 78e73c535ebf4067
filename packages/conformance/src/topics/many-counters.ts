import type { Subject, Window } from '@rl/core'
import { expect } from 'vitest'
import { adjust, asTake, clear, nth, only, range, take } from '../asking/ask.ts'
import { adjusted, freshName, takeOf } from '../asking/operations.ts'
import type { Case, Context, Topic } from '../context.ts'

const COUNTERS = 100_000

interface Crowd {
  readonly window: Window
  userAt(i: number): Subject
}

/** 100,000 identifiers, each with the units that its number tells. Made once, as it takes a second or two on a server. */
function crowdOf({ once, store, window }: Context): Promise<Crowd> {
  return once('crowd', async () => {
    const name = freshName()
    const crowd: Crowd = { window: window(1000), userAt: (i) => ({ scope: 'crowd', id: `${name}:${i}` }) }
    const replies = await store.askMany(
      range(COUNTERS).map((i) => takeOf(crowd.userAt(i), crowd.window, { cost: costAt(i) })),
    )
    for (const [i, reply] of replies.entries()) {
      // Not expect: it takes a second for this many.
      if (only(asTake(reply)).used !== costAt(i)) expect(reply).toMatchObject({ windows: [{ used: costAt(i) }] })
    }
    return crowd
  })
}

function costAt(i: number): number {
  return 1 + (i % 900)
}

const CASES: readonly Case[] = [
  {
    name: `each of ${COUNTERS.toLocaleString('en')} keeps its units`,
    run: async (context) => {
      const { window, userAt } = await crowdOf(context)
      const reads = range(COUNTERS).map((i) => takeOf(userAt(i), window, { cost: 0 }))
      const replies = await context.store.askMany(reads)
      const wrong = replies.flatMap((reply, i) => (only(asTake(reply)).used === costAt(i) ? [] : [i]))
      expect(wrong).toEqual([])
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
      const user = userAt(70_000 + Math.floor(Math.random() * 20_000))
      const before = only(await take(store, user, window, { cost: 0 }))
      await clear(store, user, window)
      const after = only(await take(store, user, window, { cost: before.used }))
      expect(after.generation).toBe(before.generation + 1)
    },
  },
]

/** A store keeps its promises with 100,000 counters as well. */
export const manyCounters: Topic = { name: 'many counters', cases: CASES }
