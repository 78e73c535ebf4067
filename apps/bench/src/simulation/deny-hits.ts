import { denyCache } from '@rl/core/fast-paths'
import { zipfShares } from '../random.ts'
import { onNetwork } from './network.ts'
import { openLoop } from './open-loop.ts'

export interface DenyCase {
  readonly zipf: number
  readonly identifiers: number
  /** Of the whole flood, on one host. */
  readonly callsPerSecond: number
  readonly maxKeys: number
  readonly limit: number
  readonly windowMs: number
  readonly forMs: number
  readonly roundTripMs: number
  readonly seed: number
}

export interface DenyRow {
  readonly zipf: number
  readonly identifiers: number
  readonly callsPerSecond: number
  readonly maxKeys: number
  /** Of all calls, those that were denied. */
  readonly denied: number
  /** Of the denied calls, those that never left the process. */
  readonly hits: number
  /** Of all calls, those that the store answered. */
  readonly toStore: number
}

/** A flood over identifiers of which some are asked for far more often than others; only its second half counts. */
export async function denyHits(of: DenyCase): Promise<DenyRow> {
  const tally = { calls: 0, denied: 0, hits: 0, asked: 0 }
  await onNetwork({ roundTripMs: of.roundTripMs }, async (network) => {
    const limits = { limit: of.limit, windowMs: of.windowMs, fastPaths: [denyCache({ maxKeys: of.maxKeys })] }
    const calls = {
      perSecond: of.callsPerSecond,
      forMs: of.forMs,
      identifiers: zipfShares(of.identifiers, of.zipf),
      hosts: [1],
      seed: of.seed,
    }
    await openLoop(network, limits, calls, ({ calledAt, decision }) => {
      if (calledAt < of.forMs / 2) return
      tally.calls++
      if (!decision.allowed) tally.denied++
      if (decision.source === 'deny-cache') tally.hits++
      if (decision.source === 'store') tally.asked++
    })
  })
  const { zipf, identifiers, callsPerSecond, maxKeys } = of
  return {
    zipf,
    identifiers,
    callsPerSecond,
    maxKeys,
    denied: tally.denied / tally.calls,
    hits: tally.denied === 0 ? 0 : tally.hits / tally.denied,
    toStore: tally.asked / tally.calls,
  }
}
