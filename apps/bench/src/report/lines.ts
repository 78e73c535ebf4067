import * as Plot from '@observablehq/plot'
import type { Figure } from '../results.ts'
import { short } from './format.ts'
import { unique } from './grid.ts'
import { colours, svgOf } from './svg.ts'

const HEIGHT = 400
const MARGIN = 48
const LINE = 15

interface Point extends Figure {
  readonly x: number
}

/** A line for each subject, on logarithmic axes; the bars across it are where half of the rounds lie. */
export function lines(figures: readonly Figure[], metric: string, xLabel: string): string {
  const points: readonly Point[] = figures.map((figure) => ({ ...figure, x: Number.parseInt(figure.case, 10) }))
  const subjects = unique(figures, 'subject')
  const xs = [...new Set(points.map(({ x }) => x))]
  const low = Math.min(...points.map(({ q1 }) => q1)) * 0.8
  const high = Math.max(...points.map(({ q3 }) => q3)) * 1.25
  return svgOf({
    width: 860,
    height: HEIGHT,
    marginTop: MARGIN,
    marginBottom: MARGIN,
    marginLeft: 60,
    marginRight: 320,
    x: { type: 'log', label: `${xLabel} →`, axis: null },
    y: { type: 'log', label: `↑ ${metric}`, domain: [low, high], tickFormat: short, ticks: 6, grid: true },
    color: colours(subjects),
    marks: [
      Plot.tickX(xs, { x: (x: number) => x, strokeOpacity: 0.1 }),
      Plot.text(xs, { x: (x: number) => x, text: count, frameAnchor: 'bottom', dy: 16 }),
      Plot.text([xLabel], { text: (label: string) => label, frameAnchor: 'bottom', dy: 34 }),
      Plot.line(points, { x: 'x', y: 'median', z: 'subject', stroke: 'subject', strokeWidth: 2 }),
      Plot.ruleX(points, { x: 'x', y1: 'q1', y2: 'q3', stroke: 'subject', strokeWidth: 4, strokeOpacity: 0.4 }),
      Plot.dot(points, { x: 'x', y: 'median', fill: 'subject', r: 3 }),
      ...labels(points, low, high),
    ],
  })
}

function count(x: number): string {
  return x < 10_000 ? String(x) : short(x)
}

/** Each line's name and last figure at its end, pushed apart where lines end close to each other. */
function labels(points: readonly Point[], low: number, high: number): readonly Plot.Markish[] {
  const last = Math.max(...points.map(({ x }) => x))
  const ends = points.filter(({ x }) => x === last).sort((a, b) => b.median - a.median)
  const place = (value: number): number => (1 - Math.log(value / low) / Math.log(high / low)) * (HEIGHT - 2 * MARGIN)
  let above = Number.NEGATIVE_INFINITY
  return ends.map((end) => {
    const natural = place(end.median)
    above = Math.max(natural, above + LINE)
    return Plot.text([end], {
      x: 'x',
      y: 'median',
      text: ({ subject, median }: Point) => `${subject}  ${short(median)}`,
      fill: 'subject',
      textAnchor: 'start',
      dx: 10,
      dy: above - natural,
      fontWeight: end.subject.startsWith('@rl/') ? 'bold' : 'normal',
    })
  })
}
