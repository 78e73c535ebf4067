import { lease } from '@rl/core/fast-paths'
import { onNetwork } from './network.ts'
import { openLoop } from './open-loop.ts'

export interface PaceRow {
  /** Calls per second for one identifier in one process. */
  readonly callsPerSecond: number
  readonly takesPerSecond: number
  /** Of the calls, those that became takes: what is left for the store to do. */
  readonly takesPerCall: number
}

export interface PaceSettings {
  readonly roundTripMs: number
  readonly calls: number
  readonly leastMs: number
  readonly seed: number
}

/** The takes that a lease leaves for the store, under a limit that is far away. */
export async function leasePace(callsPerSecond: number, settings: PaceSettings): Promise<PaceRow> {
  const forMs = Math.max(settings.leastMs, (settings.calls / callsPerSecond) * 1000)
  return onNetwork({ roundTripMs: settings.roundTripMs }, async (network) => {
    let calls = 0
    const limits = { limit: 1e9, windowMs: 86_400_000, fastPaths: [lease()] }
    const load = { perSecond: callsPerSecond, forMs, identifiers: [1], hosts: [1], seed: settings.seed }
    await openLoop(network, limits, load, () => {
      calls++
    })
    const { takes } = network.traffic
    return { callsPerSecond, takesPerSecond: (takes / forMs) * 1000, takesPerCall: takes / calls }
  })
}
