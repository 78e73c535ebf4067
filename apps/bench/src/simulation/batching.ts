import { picker, random, zipfShares } from '../random.ts'
import { onNetwork } from './network.ts'
import { hostOn, openLoop } from './open-loop.ts'

const ROOMY = { limit: 1e9, windowMs: 86_400_000 }

export interface CoalescingRow {
  readonly zipf: number
  readonly callers: number
  /** Decisions that one take answers: how far counter updates are shared. */
  readonly decisionsPerTake: number
  readonly takesPerCommand: number
}

export interface CoalescingCase {
  readonly zipf: number
  readonly identifiers: number
  readonly callers: number
  readonly roundTrips: number
  readonly roundTripMs: number
  readonly seed: number
}

/** Callers that ask again as soon as they are answered, so that all of them always wait. */
export async function coalescing(of: CoalescingCase): Promise<CoalescingRow> {
  return onNetwork({ roundTripMs: of.roundTripMs }, async (network) => {
    const limiter = hostOn(network, ROOMY)
    const pick = picker(zipfShares(of.identifiers, of.zipf), random(of.seed))
    const end = of.roundTrips * of.roundTripMs
    let decisions = 0
    const call = async (): Promise<void> => {
      while (network.now < end) {
        await limiter.limit(`user_${pick()}`)
        decisions++
      }
    }
    let busy = true
    const callers = Promise.all(Array.from({ length: of.callers }, call)).then(() => {
      busy = false
    })
    await network.settled()
    while (busy) await network.passUntil(network.now + of.roundTripMs)
    await callers
    const { takes, commands } = network.traffic
    const { zipf, callers: count } = of
    return { zipf, callers: count, decisionsPerTake: decisions / takes, takesPerCommand: takes / commands }
  })
}

export interface BatchRow {
  /** One of `PARALLELISM`. */
  readonly parallelism: number
  /** Calls that come to one process within a round trip, each for another identifier. */
  readonly perRoundTrip: number
  readonly takesPerCommand: number
}

export interface BatchCase {
  readonly parallelism: number
  readonly perRoundTrip: number
  readonly roundTripMs: number
  readonly calls: number
  readonly seed: number
}

/** How large batches get by themselves when calls just come. */
export async function batching(of: BatchCase): Promise<BatchRow> {
  const { parallelism, perRoundTrip, roundTripMs, calls, seed } = of
  return onNetwork({ roundTripMs, parallelism }, async (network) => {
    const load = {
      perSecond: (perRoundTrip * 1000) / roundTripMs,
      forMs: (calls / perRoundTrip) * roundTripMs,
      // So many that hardly two of those that wait together are the same.
      identifiers: zipfShares(100_000, 0),
      hosts: [1],
      seed,
    }
    await openLoop(network, ROOMY, load, () => {})
    const { takes, commands } = network.traffic
    return { parallelism, perRoundTrip, takesPerCommand: takes / commands }
  })
}
