import * as Plot from '@observablehq/plot'
import type { Figure } from '../results.ts'
import { short } from './format.ts'
import { unique } from './grid.ts'
import { colours, svgOf } from './svg.ts'

const BAR = 22
const FACET = 42

/** A group of bars for each case; the thin line on a bar is where half of its rounds lie. */
export function bars(figures: readonly Figure[], metric: string): string {
  const cases = unique(figures, 'case')
  const subjects = unique(figures, 'subject')
  const rows = cases.flatMap((name) =>
    figures.filter((figure) => figure.case === name).map((figure, place) => ({ ...figure, place })),
  )
  const places = Array.from({ length: Math.max(...rows.map(({ place }) => place)) + 1 }, (_, place) => place)
  return svgOf({
    width: 860,
    height: 78 + cases.length * (places.length * BAR + FACET),
    marginLeft: 290,
    marginRight: 90,
    marginBottom: 44,
    marginTop: 34,
    x: { label: `${metric} →`, tickFormat: short, ticks: 5, grid: true, zero: true },
    y: { type: 'band', domain: places, label: null, axis: null, padding: 0.15 },
    fy: { domain: [...cases], label: null, axis: null, padding: 0.12 },
    color: colours(subjects),
    marks: [
      Plot.barX(rows, { fy: 'case', y: 'place', x: 'median', fill: 'subject' }),
      Plot.ruleY(rows, { fy: 'case', y: 'place', x1: 'q1', x2: 'q3', stroke: 'black', strokeWidth: 1.5 }),
      Plot.text(rows, { fy: 'case', y: 'place', x: 0, text: 'subject', textAnchor: 'end', dx: -8 }),
      Plot.text(rows, {
        fy: 'case',
        y: 'place',
        x: (row: Figure) => Math.max(row.median, row.q3),
        text: (row: Figure) => short(row.median),
        textAnchor: 'start',
        dx: 6,
      }),
      Plot.text(cases, {
        fy: (name: string) => name,
        text: (name: string) => name,
        frameAnchor: 'top-left',
        dx: -282,
        dy: -14,
        fontWeight: 'bold',
      }),
    ],
  })
}
