import type { RunDescription } from '@rl/measure'

/** One server's results in one case, a number for each round. */
export interface Figure {
  readonly server: string
  readonly requestsPerSecond: readonly number[]
  /** Processor time of the server's process per request, in microseconds. */
  readonly cpuMicros: readonly number[]
}

export interface CaseResult {
  readonly connections: number
  readonly keys: number
  readonly figures: readonly Figure[]
}

/** How many requests two processes together admitted under a low limit. */
export interface Count {
  readonly server: string
  readonly requests: number
  readonly admitted: number
  /** The limit times the number of keys. */
  readonly allowed: number
}

/** All of `figures/overhead.json`. */
export interface Results extends RunDescription {
  /** By what is said about it: the processor, its cores, the load before the run. */
  readonly machine: Readonly<Record<string, string>>
  readonly cases: readonly CaseResult[]
  readonly counts: readonly Count[]
}
