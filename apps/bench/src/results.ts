import type { Summary } from './statistics.ts'

/** One figure: what one subject did in one case. */
export interface Figure extends Summary {
  readonly case: string
  readonly subject: string
  /** What was measured, with its unit: `'decisions/s'`. */
  readonly metric: string
}

export interface ScenarioResult {
  readonly name: string
  readonly figures: readonly Figure[]
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  /** One-minute load average before the run: above about 0.2 something else was running. */
  readonly loadBefore: number
}

/** What a run leaves behind; the whole of `results.json`. */
export interface Results {
  readonly mode: 'quick' | 'full'
  readonly startedAt: string
  readonly tookSeconds: number
  readonly rounds: number
  readonly roundMs: number
  readonly machine: Machine
  /** Of Node, redis-server and each library. */
  readonly versions: Readonly<Record<string, string>>
  readonly scenarios: readonly ScenarioResult[]
}

/** Where a figure is found. */
export interface FigureAddress {
  readonly scenario: string
  readonly case: string
  readonly subject: string
  readonly metric: string
}

export function findFigure(results: Pick<Results, 'scenarios'>, address: FigureAddress): Figure | undefined {
  return results.scenarios
    .find(({ name }) => name === address.scenario)
    ?.figures.find(
      (figure) =>
        figure.case === address.case && figure.subject === address.subject && figure.metric === address.metric,
    )
}
