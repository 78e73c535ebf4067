import * as Plot from '@observablehq/plot'
import { margin, type Verdict } from '../judge.ts'
import { short } from './format.ts'
import { svgOf } from './svg.ts'

interface Row {
  readonly what: string
  readonly times: number
  readonly low: number
  readonly high: number
  readonly met: boolean
  readonly figure: string
}

/** Farthest that a target is drawn beyond its bound; some are passed a thousandfold. */
const FARTHEST = 20

const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20]

/** How far each target is passed or missed, as a multiple of its bound. */
export function margins(verdicts: readonly Verdict[]): string {
  const rows = verdicts.flatMap(({ target, measured, met }): Row[] => {
    if (measured === undefined || met === undefined) return []
    const clip = (value: number): number => Math.min(FARTHEST, Math.max(1 / FARTHEST, margin(target.bound, value)))
    const times = clip(measured.median)
    // The median of ratios may lie outside: it is a ratio of medians.
    const ends = [clip(measured.q1), clip(measured.q3), times]
    const figure = short(measured.median)
    return [{ what: target.what, times, low: Math.min(...ends), high: Math.max(...ends), met, figure }]
  })
  const domain = [Math.min(0.5, ...rows.map(({ low }) => low)), Math.max(2, ...rows.map(({ high }) => high))] as const
  const ticks = TICKS.filter((tick) => tick >= domain[0] && tick <= domain[1])
  return svgOf({
    width: 1040,
    height: 70 + rows.length * 26,
    marginLeft: 620,
    marginRight: 60,
    marginBottom: 44,
    x: {
      type: 'log',
      label: 'times better than the bound →',
      domain,
      tickFormat: short,
      ticks,
      grid: false,
    },
    y: { domain: rows.map(({ what }) => what), label: null, tickSize: 0 },
    marks: [
      Plot.gridX(ticks),
      Plot.ruleX([1], { stroke: '#1f2328', strokeWidth: 1.5 }),
      Plot.ruleY(rows, { y: 'what', x1: 'low', x2: 'high', stroke: '#8c959f', strokeWidth: 4, strokeOpacity: 0.6 }),
      Plot.dot(rows, { y: 'what', x: 'times', r: 5, fill: (row: Row) => (row.met ? '#1a7f37' : '#cf222e') }),
      Plot.text(rows, { y: 'what', x: 'high', text: 'figure', textAnchor: 'start', dx: 10 }),
    ],
  })
}
