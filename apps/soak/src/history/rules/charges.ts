import { countWhile } from '../amounts.ts'
import type { Counter, Visit } from '../counter.ts'
import type { Violation } from '../violation.ts'

/** I1: what was admitted fits the limit, but for what was given back in between. Under leases, too. */
export function admitsTheLimit({ id, charges, limit, everDropped }: Counter, losses: number): Violation[] {
  const admitted = charges.reduce((sum, { charged }) => sum + charged, 0)
  const most = limit * (1 + losses) + everDropped
  if (admitted <= most) return []
  const detail = `${admitted} units admitted where ${most} may be, by a limit of ${limit}`
  return [{ invariant: losses > 0 ? 'I9' : 'I1', rule: 'more admitted than the limit', id, detail }]
}

/** I1: no unit of the limit went to two calls, but for what was given back in between. */
export function chargesAreDisjoint({ id, charges, everDropped }: Counter): Violation[] {
  const units = charges.reduce((sum, { charged }) => sum + charged, 0)
  const covered = coverage(charges).reduce((sum, { from, to }) => sum + to - from, 0)
  const twice = units - covered
  if (twice <= everDropped) return []
  const detail = `${twice} units were admitted twice, ${everDropped} may have been given back`
  return [{ invariant: 'I1', rule: 'a unit was admitted twice', id, detail }]
}

/**
 * I8: units that no answered call took were taken by calls of unknown outcome that came before any call saw them taken. All
 * else was charged without a call: twice, or by a denial.
 */
export function chargesAreAccounted({ id, visits, charges, unknown }: Counter): Violation[] {
  const gaps = new Gaps(charges)
  for (const visit of visits) {
    const missing = gaps.below(visit.after - visit.charged)
    const explained = missing === 0 ? 0 : unknown(visit.returned)
    if (missing <= explained) continue
    const detail = `with ${visit.after} used, ${missing} units were taken by no answered call, and at most ${explained} by calls of unknown outcome`
    return [{ invariant: 'I8', rule: 'units were charged that no call took', id, detail }]
  }
  return []
}

/** I8: and each call of unknown outcome took its units once, in one of its windows. */
export function unknownChargedOnce(counters: readonly Counter[]): Violation[] {
  let missing = 0
  for (const { id, visits, charges, unknown } of counters) {
    const highest = visits.reduce((most, { after }) => Math.max(most, after), 0)
    missing += new Gaps(charges).below(highest)
    const explained = unknown(Number.POSITIVE_INFINITY)
    if (missing <= explained) continue
    const detail = `over several windows, ${missing} units were taken by no answered call, and at most ${explained} by calls of unknown outcome`
    return [{ invariant: 'I8', rule: 'units were charged that no call took', id, detail }]
  }
  return []
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** The units that charges took, as ascending stretches that do not touch. */
function coverage(charges: readonly Visit[]): readonly Stretch[] {
  const stretches: { from: number; to: number }[] = []
  for (const { before, after } of charges.toSorted((one, other) => one.before - other.before)) {
    const last = stretches.at(-1)
    if (last !== undefined && before <= last.to) last.to = Math.max(last.to, after)
    else stretches.push({ from: before, to: after })
  }
  return stretches
}

/** The units that no charge took. */
class Gaps {
  readonly #starts: readonly number[]
  readonly #before: readonly number[]
  readonly #stretches: readonly Stretch[]

  constructor(charges: readonly Visit[]) {
    this.#stretches = coverage(charges)
    this.#starts = this.#stretches.map(({ from }) => from)
    let end = 0
    let sum = 0
    this.#before = this.#stretches.map(({ from, to }) => {
      sum += from - end
      end = to
      return sum
    })
  }

  /** How many there are up to a count. */
  below(count: number): number {
    const place = countWhile(this.#starts.length, (i) => (this.#starts[i] ?? 0) < count) - 1
    const stretch = this.#stretches[place]
    if (stretch === undefined) return Math.max(0, count)
    return (this.#before[place] ?? 0) + Math.max(0, count - stretch.to)
  }
}
