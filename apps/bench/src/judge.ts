import { ratio, type Summary } from '@rl/measure'
import { DECISIONS } from './metrics.ts'
import { type Figure, type FigureAddress, findFigure, type Results } from './results.ts'

/** A promise: a figure, or its ratio to another one, on one side of a bound. */
export interface Target {
  readonly what: string
  /** Its name in a user's table; left out where only the developers need to know. */
  readonly forUsers?: string
  readonly of: FigureAddress
  /** The other side of the comparison; of several settings of a peer, the best in the run. */
  readonly against?: readonly FigureAddress[]
  readonly bound: Bound
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number } | { readonly under: number }

export interface Verdict {
  readonly target: Target
  /** The measured figure; undefined if the run left it out. */
  readonly figure: Figure | undefined
  /** The other side of the comparison. */
  readonly other: Figure | undefined
  /** The ratio, or the figure alone. */
  readonly measured: Summary | undefined
  readonly met: boolean | undefined
}

export function judge(targets: readonly Target[], results: Pick<Results, 'scenarios'>): readonly Verdict[] {
  return targets.map((target) => {
    const { of, against, bound } = target
    const figure = findFigure(results, of)
    const other = best((against ?? []).map((each) => findFigure(results, each)))
    const measured = against === undefined ? figure : figure && other && ratio(figure, other)
    return { target, figure, other, measured, met: measured && meets(bound, measured.median) }
  })
}

export function meets(bound: Bound, value: number): boolean {
  if ('atLeast' in bound) return value >= bound.atLeast
  if ('atMost' in bound) return value <= bound.atMost
  return value < bound.under
}

/** How many times better than the bound, so that 1 is just met. */
export function margin(bound: Bound, value: number): number {
  if ('atLeast' in bound) return value / bound.atLeast
  return ('atMost' in bound ? bound.atMost : bound.under) / value
}

function best(figures: readonly (Figure | undefined)[]): Figure | undefined {
  let best: Figure | undefined
  for (const each of figures) {
    if (each === undefined) continue
    const isBetter = best === undefined || (each.metric === DECISIONS) === each.median > best.median
    if (isBetter) best = each
  }
  return best
}
