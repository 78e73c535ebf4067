import type { Machine, RunDescription, Summary } from '@rl/measure'

/** One figure: what one subject did in one case. */
export interface Figure extends Summary {
  readonly case: string
  readonly subject: string
  /** The measure, with its unit: `'decisions/s'`. */
  readonly metric: string
}

interface ScenarioResult {
  readonly name: string
  readonly figures: readonly Figure[]
}

/** The results of a run; the whole of `results.json`. */
export interface Results extends RunDescription {
  readonly machine: Machine
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
