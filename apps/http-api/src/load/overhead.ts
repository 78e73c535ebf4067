import type { CaseResult, Figure } from './results.ts'
import { SUBJECTS } from './subjects.ts'

/** The time that a limiter adds to each request, in microseconds, for each round; the bare server ran in the same round. */
export interface Overhead {
  /** Time: what 1 / throughput grows by. */
  readonly micros: readonly number[]
  /** Processor time of the server's process. */
  readonly cpuMicros: readonly number[]
}

/** @returns `undefined` for a server without a limiter, and one that was not measured. */
export function overheadOf(server: string, { figures }: Pick<CaseResult, 'figures'>): Overhead | undefined {
  const bareLabel = SUBJECTS.find(({ label }) => label === server)?.bare
  const limited = find(server, figures)
  const bare = find(bareLabel, figures)
  if (limited === undefined || bare === undefined || limited === bare) return undefined
  return {
    micros: minus(limited.requestsPerSecond.map(microsPerRequest), bare.requestsPerSecond.map(microsPerRequest)),
    cpuMicros: minus(limited.cpuMicros, bare.cpuMicros),
  }
}

function find(server: string | undefined, figures: readonly Figure[]): Figure | undefined {
  return figures.find((figure) => figure.server === server)
}

function microsPerRequest(perSecond: number): number {
  return 1e6 / perSecond
}

function minus(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, i) => value - (b[i] ?? Number.NaN))
}
