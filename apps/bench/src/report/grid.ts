import type { Figure, ScenarioResult } from '../results.ts'
import { withSpread } from './format.ts'

/** One metric of a scenario: a row for each subject, a column for each case. */
export interface Grid {
  readonly metric: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function gridsOf({ figures }: ScenarioResult): readonly Grid[] {
  return unique(figures, 'metric').map((metric) => {
    const own = figures.filter((figure) => figure.metric === metric)
    const cases = unique(own, 'case')
    const rows = unique(own, 'subject').map((subject) => [
      subject,
      ...cases.map((name) => {
        const figure = own.find((each) => each.subject === subject && each.case === name)
        return figure === undefined ? '' : withSpread(figure)
      }),
    ])
    return { metric, head: [metric, ...cases], rows }
  })
}

/** In the order of their first appearance. */
export function unique(figures: readonly Figure[], by: 'metric' | 'case' | 'subject'): readonly string[] {
  return [...new Set(figures.map((figure) => figure[by]))]
}
