import type { Bound, Verdict } from '../targets.ts'
import { short, withSpread } from './format.ts'

export const VERDICT_HEAD: readonly string[] = ['target', 'bound', 'measured', '']

/** A row for each target: what, bound, measured, met or missed. */
export function verdictRows(verdicts: readonly Verdict[]): readonly (readonly string[])[] {
  return verdicts.map(({ target, measured, met }) => [
    target.what,
    boundText(target.bound),
    measured === undefined ? 'not measured' : withSpread(measured),
    met === undefined ? '' : met ? 'met' : 'missed',
  ])
}

function boundText(bound: Bound): string {
  if ('atLeast' in bound) return `at least ${short(bound.atLeast)}`
  return 'atMost' in bound ? `at most ${short(bound.atMost)}` : `under ${short(bound.under)}`
}
