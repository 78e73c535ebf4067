import { denyCache, lease } from '@rl/core/fast-paths'
import { zipfShares } from '../random.ts'
import { EPOCH, onNetwork } from './network.ts'
import { type Answered, openLoop } from './open-loop.ts'

export interface LeaseCase {
  readonly hosts: number
  /** Calls per window, as a multiple of the limit. */
  readonly demand: number
  /** Of the calls over the hosts: 0 is even, with 1 the n-th host gets 1/n of what the first gets. */
  readonly hostZipf: number
  readonly denyCache: boolean
  /** Units per window of the one identifier. */
  readonly limit: number
  readonly windowMs: number
  readonly windows: number
  readonly roundTripMs: number
  readonly seed: number
}

export interface LeaseRow {
  readonly hosts: number
  readonly demand: number
  readonly hostZipf: number
  readonly denyCache: boolean
  /** The most that any window admitted, against the limit: never above 1. */
  readonly mostAdmitted: number
  /** Admitted, of what the limit would have allowed of these calls. */
  readonly admitted: number
  /** Units counted as used, but held by a host when their window ended, against the limit. */
  readonly unused: number
  /** Of the admitted calls, those answered from a lease. */
  readonly fromLease: number
  /** Of all calls, those that the store answered. */
  readonly toStore: number
  readonly takesPerCall: number
}

interface Tally {
  admitted: number
  leased: number
  asked: number
  calls: number
}

/** One identifier, called on many hosts that all take leases, for some windows. */
export async function leaseWaste(of: LeaseCase): Promise<LeaseRow> {
  const admittedIn = new Map<number, number>()
  const calledIn = new Map<number, number>()
  const tally: Tally = { admitted: 0, leased: 0, asked: 0, calls: 0 }
  const count = ({ decision }: Answered): void => {
    if (decision.source === 'failure-policy') throw decision.error
    const { resetAt, source } = decision
    calledIn.set(resetAt, (calledIn.get(resetAt) ?? 0) + 1)
    tally.calls++
    if (source === 'store') tally.asked++
    if (!decision.allowed) return
    tally.admitted++
    if (source === 'lease') tally.leased++
    admittedIn.set(resetAt, (admittedIn.get(resetAt) ?? 0) + 1)
  }
  const { traffic, used } = await onNetwork({ roundTripMs: of.roundTripMs }, async (network) => {
    const fastPaths = of.denyCache ? [lease(), denyCache()] : [lease()]
    const limits = { limit: of.limit, windowMs: of.windowMs, fastPaths }
    const calls = {
      perSecond: (of.demand * of.limit * 1000) / of.windowMs,
      forMs: of.windows * of.windowMs,
      identifiers: [1],
      hosts: zipfShares(of.hosts, of.hostZipf),
      seed: of.seed,
    }
    await openLoop(network, limits, calls, count)
    return network
  })
  const { hosts, demand, hostZipf } = of
  const possible = sum(Array.from(calledIn.values(), (called) => Math.min(called, of.limit)))
  // Of the last calls, some are answered in a window after the last, which is not over.
  const end = EPOCH + of.windows * of.windowMs
  const held = Array.from(used, ([resetAt, units]) => (resetAt > end ? 0 : units - (admittedIn.get(resetAt) ?? 0)))
  return {
    hosts,
    demand,
    hostZipf,
    denyCache: of.denyCache,
    mostAdmitted: Math.max(...admittedIn.values()) / of.limit,
    admitted: tally.admitted / possible,
    unused: sum(held) / (of.limit * of.windows),
    fromLease: tally.leased / tally.admitted,
    toStore: tally.asked / tally.calls,
    takesPerCall: traffic.takes / tally.calls,
  }
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
