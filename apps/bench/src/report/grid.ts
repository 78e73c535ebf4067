import type { Figure } from '../results.ts'
import { withSpread } from './format.ts'

/** A table of a scenario: a row for each subject. */
export interface Grid {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A table for each metric, with a column for each case; one table of all metrics where there is one case. */
export function gridsOf(figures: readonly Figure[]): readonly Grid[] {
  const [only, ...others] = unique(figures, 'case')
  if (only !== undefined && others.length === 0) return [gridOf(figures, only, 'metric')]
  return unique(figures, 'metric').map((metric) =>
    gridOf(
      figures.filter((figure) => figure.metric === metric),
      metric,
      'case',
    ),
  )
}

function gridOf(figures: readonly Figure[], corner: string, columnsBy: 'metric' | 'case'): Grid {
  const columns = unique(figures, columnsBy)
  const rows = unique(figures, 'subject').map((subject) => [
    subject,
    ...columns.map((column) => {
      const figure = figures.find((each) => each.subject === subject && each[columnsBy] === column)
      return figure === undefined ? '' : withSpread(figure)
    }),
  ])
  return { head: [corner, ...columns], rows }
}

/** In the order of their first appearance. */
export function unique(figures: readonly Figure[], by: 'metric' | 'case' | 'subject'): readonly string[] {
  return [...new Set(figures.map((figure) => figure[by]))]
}
