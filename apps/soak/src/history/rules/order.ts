import { Amounts } from '../amounts.ts'
import type { Counter } from '../counter.ts'
import { withGreatestBefore } from '../sweep.ts'
import type { Violation } from '../violation.ts'

/** I4: no call sees fewer units used than an earlier one saw, but for what was given back in between. */
export function usedNeverFalls(counter: Counter): Violation[] {
  const violations: Violation[] = []
  withGreatestBefore(
    counter.visits,
    (visit) => visit.after + counter.leastDropped(visit),
    (visit, greatest, earlier) => {
      if (violations.length > 0 || greatest <= visit.before + counter.mostDropped(visit)) return
      const detail = `${visit.before} units used, after ${earlier?.after} had been`
      violations.push({ invariant: 'I4', rule: 'remaining rose', id: counter.id, detail })
    },
  )
  return violations
}

/**
 * I3, I8: no call sees more used than all calls that had begun can have taken. This is what a denial without reason breaks,
 * and a charge without a call.
 *
 * @param held Units that may have been taken ahead.
 */
export function usedIsTaken(counter: Counter, held: number): Violation[] {
  const begun = new Amounts(counter.charges.map(({ invoked, charged }) => ({ at: invoked, units: charged })))
  for (const visit of counter.visits) {
    const most = begun.until(visit.returned) + counter.unknown(visit.returned) + held - counter.leastDropped(visit)
    if (visit.after <= most) continue
    const detail = `${visit.after} units used, where calls can have taken ${most}`
    return [{ invariant: 'I8', rule: 'more used than was taken', id: counter.id, detail }]
  }
  return []
}

/** I1, I8: everybody sees the units used that were admitted before, but for what was given back. */
export function admittedIsUsed(counter: Counter): Violation[] {
  const done = new Amounts(counter.charges.map(({ returned, charged }) => ({ at: returned, units: charged })))
  for (const visit of counter.visits) {
    if (visit.ahead) continue // by an older answer
    const least = done.before(visit.invoked) - counter.mostDropped(visit)
    if (visit.before >= least) continue
    const detail = `${visit.before} units used, after ${least} had been admitted`
    return [{ invariant: 'I8', rule: 'an admitted unit is not counted', id: counter.id, detail }]
  }
  return []
}
