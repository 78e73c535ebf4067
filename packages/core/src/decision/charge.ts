import type { Adjustment } from '../contract/operations.ts'
import type { AdjustReply } from '../contract/replies.ts'
import type { Window } from '../contract/windows.ts'
import { StoreError } from '../errors.ts'
import { checkInteger } from '../options/check.ts'
import type { Cost, Costs } from '../options/cost.ts'
import type { Asker } from './asker.ts'
import type { CountedDecision } from './counted.ts'
import type { FastPath } from './fast-path.ts'

/**
 * For each window, by how much a refund changes what is charged.
 *
 * @throws {OptionError} for more than is charged.
 */
export function changesOfRefund(counted: CountedDecision, cost: Cost | undefined, costs: Costs): readonly number[] {
  const { charged } = counted
  const units = cost === undefined ? charged : costs.parse(cost)
  return units.map((each, i) => 0 - checkInteger('cost', each, 0, charged[i]))
}

/** Changes what is charged for a decision, in those of its windows that are still open. */
export async function changeCharge(
  counted: CountedDecision,
  changes: readonly number[],
  limiterWindows: readonly Window[],
  asker: Asker,
  fastPaths: readonly FastPath[],
  signal: AbortSignal | undefined,
): Promise<AdjustReply> {
  const windows = limiterWindows.map((window, i) => ({
    ...window,
    ...counted.counter(i),
    change: changes[i] as number,
  }))
  const adjustment: Adjustment = { kind: 'adjust', scope: asker.scope, id: counted.id, windows }
  counted.change(changes)
  try {
    const reply = await asker.adjust(adjustment, signal, counted.resetAt - counted.resetAfterMs)
    for (const path of fastPaths) path.adjusted(adjustment, reply)
    return reply
  } catch (error) {
    const didNotRun = error instanceof StoreError && error.outcome === 'not-executed' && error !== signal?.reason
    // If nobody knows, only what is charged in either case may be given back later.
    counted.change(changes.map((change) => (didNotRun || change > 0 ? -change : 0)))
    for (const path of fastPaths) path.adjusted(adjustment, undefined)
    throw error
  }
}
