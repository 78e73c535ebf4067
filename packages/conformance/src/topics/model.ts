import fc from 'fast-check'
import { nth, range } from '../asking/ask.ts'
import type { Context, Topic } from '../context.ts'
import { type History, history } from '../model/histories.ts'
import { Replay } from '../model/replay.ts'

/** How many chains of histories there are at the same time. Each history has its own identifiers. */
const CHAINS = 10

/**
 * Runs histories one after the other, and fails with the seed and path of the first whose answers differ from the oracle's.
 *
 * @param seed Decides all the histories; a failing one is repeated by its seed and path.
 */
async function runChain(context: Context, seed: number, options: fc.Parameters<[History]>): Promise<void> {
  const answeredAsByOracle = fc.asyncProperty(history, (steps) => new Replay(context).run(steps))
  await fc.assert(answeredAsByOracle, { seed, ...options })
}

/** Random histories, or those of the seed in `RL_SEED`, and of them only the one at `RL_PATH`. */
async function runHistories(context: Context): Promise<void> {
  // Long, but a failure is still reported where shrinking it on a real storage would take too long.
  const alone: fc.Parameters<[History]> = { numRuns: context.histories, interruptAfterTimeLimit: 60_000 }
  const { process } = globalThis as { process?: { env: Readonly<Record<string, string | undefined>> } }
  const { RL_SEED, RL_PATH } = process?.env ?? {}
  if (RL_SEED) return runChain(context, Number(RL_SEED), { ...alone, ...(RL_PATH ? { path: RL_PATH } : {}) })

  const seeds = range(CHAINS).map(() => Math.trunc(Math.random() * 2 ** 30))
  const together = { numRuns: Math.ceil(context.histories / CHAINS), endOnFailure: true }
  const chains = await Promise.allSettled(seeds.map((seed) => runChain(context, seed, together)))
  for (const [i, chain] of chains.entries()) {
    if (chain.status === 'fulfilled') continue
    // Once more by itself, to shrink it and so that it can be replayed: the other chains may have moved the clock.
    await runChain(context, nth(seeds, i), alone)
    throw chain.reason
  }
}

/** Random histories, against the oracle. */
export const model: Topic = {
  name: 'model',
  cases: [{ name: 'random histories are answered as by the oracle', run: runHistories }],
}
