import type { FixedWindow } from '@rl/core'
import { groupBy } from './amounts.ts'
import type { Counter } from './counter.ts'
import { Identifier } from './identifier.ts'
import type { History } from './operation.ts'
import { answerIsConsistent, counterExpires, endIsPossible } from './rules/answers.ts'
import { admitsTheLimit, chargesAreAccounted, chargesAreDisjoint, unknownChargedOnce } from './rules/charges.ts'
import { endsAreApart, endsNeverFall } from './rules/ends.ts'
import { admittedIsUsed, usedIsTaken, usedNeverFalls } from './rules/order.ts'
import { windowsChargedTogether } from './rules/together.ts'
import { StoreClock } from './store-clock.ts'
import type { Violation } from './violation.ts'

/** The faults of the store. */
export interface Circumstances {
  /** How often it lost data, by a failover say. Default 0. */
  readonly losses?: number
}

/**
 * Whether one atomic counter for each identifier and window can have given these answers, in an order that real time
 * allows, whatever became of the calls without an answer (invariants I1 to I8, and I9 where data were lost).
 *
 * An admitted call says which units of its window it took: with p used after it and a cost of c, those above p - c up to
 * p. That leaves only one possible order, so the check is a sort: without refunds and resets, these stretches must be
 * disjoint, fill the count from 0 but for what calls of unknown outcome took, and no call may see less used than one
 * who had returned before. Denials, peeks and looks are readings of the count between two stretches. Refunds and resets
 * give each of these rules as much slack as they can have moved the count in the time in question. O(n log n).
 *
 * @returns what is broken; nothing if the history is sound. One violation for each counter and rule at most.
 */
export function checkHistory(history: History, { losses = 0 }: Circumstances = {}): readonly Violation[] {
  const { windows, operations, ahead } = history
  const clock = new StoreClock(operations)
  const violations: Violation[] = []
  for (const [id, own] of groupBy(operations, (operation) => operation.id)) {
    const identifier = new Identifier(id, own, clock, ahead)
    for (const ask of identifier.asks) violations.push(...answerIsConsistent(ask), ...endIsPossible(ask, history))
    for (const look of identifier.looks) violations.push(...counterExpires(look, history))
    windows.forEach((window, place) => {
      violations.push(...checkWindow(identifier, window, place, { ahead, losses }))
    })
    if (ahead === undefined && losses === 0) violations.push(...windowsChargedTogether(identifier, windows))
  }
  return violations
}

interface Mode extends Required<Circumstances> {
  readonly ahead: History['ahead']
}

function checkWindow(identifier: Identifier, window: FixedWindow, place: number, mode: Mode): readonly Violation[] {
  const { id, resets } = identifier
  const all = identifier.counters(window, place)
  const violations = all.counters.flatMap((counter) => checkCounter(counter, mode))
  if (mode.losses > 0) return violations
  violations.push(...endsNeverFall(all, id))
  if (resets.length === 0) violations.push(...endsAreApart(all, id))
  if (mode.ahead === undefined) violations.push(...unknownChargedOnce(all.counters))
  return violations
}

function checkCounter(counter: Counter, { ahead, losses }: Mode): Violation[] {
  if (losses > 0) return admitsTheLimit(counter, losses)
  if (ahead !== undefined) {
    const held = ahead.holders * ahead.units
    return [admitsTheLimit(counter, 0), usedIsTaken(counter, held), admittedIsUsed(counter)].flat()
  }
  return [
    admitsTheLimit(counter, 0),
    chargesAreDisjoint(counter),
    chargesAreAccounted(counter),
    usedNeverFalls(counter),
    usedIsTaken(counter, 0),
    admittedIsUsed(counter),
  ].flat()
}
