import type { Bound, Verdict } from '../judge.ts'
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

export const USERS_HEAD: readonly string[] = ['', 'this library', 'the peer', 'ratio', 'the peer, at its best settings']

/** A row for each target that users care about: what, our figure, the best peer's, their ratio, and who the peer is. */
export function usersRows(verdicts: readonly Verdict[]): readonly (readonly string[])[] {
  return verdicts.flatMap(({ target, figure, other, measured }) =>
    target.forUsers === undefined || figure === undefined || other === undefined || measured === undefined
      ? []
      : [[target.forUsers, short(figure.median), short(other.median), withSpread(measured), other.subject]],
  )
}

function boundText(bound: Bound): string {
  if ('atLeast' in bound) return `at least ${short(bound.atLeast)}`
  return 'atMost' in bound ? `at most ${short(bound.atMost)}` : `under ${short(bound.under)}`
}
