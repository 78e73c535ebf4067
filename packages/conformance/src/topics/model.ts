import type { CounterWindow, Refund, Take } from '@rl/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { askAll, fresh, nth, range } from '../asking.ts'
import type { Context, Topic } from '../context.ts'
import { type History, history, KEYS, type Step } from '../histories.ts'
import { type Counters, clear, NO_COUNTERS, nameOf, refund, take } from '../oracle.ts'

const HISTORIES = 2000
/** How many chains of histories there are at the same time. Each history has keys of its own. */
const CHAINS = 25

/** One history in progress: the store has to answer as the oracle does, to the last unit and millisecond. */
class Replay {
  readonly #context: Context
  readonly #keys = range(KEYS).map(fresh)
  #counters: Counters = NO_COUNTERS
  /** The ends that replies have shown, by counter. */
  readonly #ends = new Map<string, number[]>()

  constructor(context: Context) {
    this.#context = context
  }

  async run(steps: History): Promise<void> {
    for (const step of steps) await this.#step(step)
  }

  async #step(step: Step): Promise<void> {
    const { store, harness } = this.#context
    switch (step.do) {
      case 'take':
        return this.#take(step.takes.map((each) => ({ ...each, key: nth(this.#keys, each.key) })))
      case 'refund': {
        const key = nth(this.#keys, step.key)
        const windows = step.windows.map((window) => ({ ...window, resetAt: this.#end(key, window, step) }))
        return this.#refund({ key, windows, cost: step.cost })
      }
      case 'clear': {
        const cleared = { key: nth(this.#keys, step.key), windows: step.windows }
        await store.clear(cleared)
        this.#counters = clear(this.#counters, cleared)
        return
      }
      case 'pass':
        return harness.passTime(step.ms)
    }
  }

  async #take(takes: readonly Take[]): Promise<void> {
    const replies = await askAll(this.#context.store, takes)
    expect(replies).toHaveLength(takes.length)
    for (const [i, reply] of replies.entries()) {
      const asked = nth(takes, i)
      const due = take(this.#counters, asked, reply.now)
      expect(reply).toEqual(due.reply)
      this.#counters = due.counters
      for (const [j, window] of asked.windows.entries()) {
        const name = nameOf(asked.key, window)
        const ends = this.#ends.get(name) ?? []
        const { resetAt } = nth(reply.windows, j)
        if (!ends.includes(resetAt)) this.#ends.set(name, [...ends, resetAt])
      }
    }
  }

  async #refund(asked: Refund): Promise<void> {
    const reply = await this.#context.store.refund(asked)
    const due = refund(this.#counters, asked, reply.now)
    expect(reply).toEqual(due.reply)
    this.#counters = due.counters
  }

  /** The latest end that was shown, or an earlier one, or one that never was. */
  #end(key: string, window: CounterWindow, { seen, offMs }: { seen: number; offMs: number }): number {
    const ends = this.#ends.get(nameOf(key, window)) ?? []
    const end = seen < 4 ? ends.at(-1) : ends[seen - 4]
    return Math.min(Math.max(0, (end ?? 1) + offMs), Number.MAX_SAFE_INTEGER)
  }
}

/**
 * Runs histories one after the other, and fails with the seed and path of the first that is not answered as by the oracle.
 *
 * @param seed Decides all the histories; a failing one's seed and path bring it back.
 */
async function runChain(context: Context, seed: number, options: fc.Parameters<[History]>): Promise<void> {
  const answeredAsByOracle = fc.asyncProperty(history, (steps) => new Replay(context).run(steps))
  await fc.assert(answeredAsByOracle, { seed, ...options })
}

/** Long, but what was found is still told where shrinking it on a real storage would take too long. */
const ALONE: fc.Parameters<[History]> = { numRuns: HISTORIES, interruptAfterTimeLimit: 60_000 }

/** Random histories, or those of the seed in `RL_SEED`, and of them only the one at `RL_PATH`. */
async function runHistories(context: Context): Promise<void> {
  const { process } = globalThis as { process?: { env: Readonly<Record<string, string | undefined>> } }
  const { RL_SEED, RL_PATH } = process?.env ?? {}
  if (RL_SEED) return runChain(context, Number(RL_SEED), { ...ALONE, ...(RL_PATH ? { path: RL_PATH } : {}) })

  const seeds = range(CHAINS).map(() => Math.trunc(Math.random() * 2 ** 30))
  const together = { numRuns: HISTORIES / CHAINS, endOnFailure: true }
  const chains = await Promise.allSettled(seeds.map((seed) => runChain(context, seed, together)))
  for (const [i, chain] of chains.entries()) {
    if (chain.status === 'fulfilled') continue
    // Once more by itself, to shrink it and so that it can be replayed: the other chains may have turned the clock.
    await runChain(context, nth(seeds, i), ALONE)
    throw chain.reason
  }
}

/** Random histories, against the oracle. */
export const model: Topic = {
  name: 'model',
  cases: [{ name: `${HISTORIES} random histories are answered as by the oracle`, run: runHistories }],
}
