import type { Adjustment } from '../contract/operations.ts'
import type { Window } from '../contract/windows.ts'
import { StoreError } from '../errors.ts'
import { checkInteger } from '../options/check.ts'
import type { Cost, Costs } from '../options/cost.ts'
import type { Asker } from './asker.ts'
import type { CountedDecision } from './counted.ts'
import type { FastPath } from './fast-path.ts'

/**
 * For each window, the units to give back.
 *
 * @throws {OptionError} for more than is left of the decision.
 */
export function unitsToGiveBack(counted: CountedDecision, cost: Cost | undefined, costs: Costs): readonly number[] {
  const { refundable } = counted
  if (cost === undefined) return refundable
  const units = costs.parse(cost)
  for (const [i, each] of units.entries()) checkInteger('cost', each, 0, refundable[i])
  return units
}

/** @returns whether any window got units back. */
export async function giveBack(
  counted: CountedDecision,
  units: readonly number[],
  limiterWindows: readonly Window[],
  asker: Asker,
  fastPaths: readonly FastPath[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const windows = limiterWindows.flatMap((window, i) => {
    const change = -(units[i] ?? 0)
    return change === 0 ? [] : [{ ...window, ...counted.counter(i), change }]
  })
  const adjustment: Adjustment = { kind: 'adjust', scope: asker.scope, id: counted.id, windows }
  counted.giveBack(units)
  try {
    const reply = await asker.adjust(adjustment, signal, counted.resetAt - counted.resetAfterMs)
    for (const path of fastPaths) path.adjusted(adjustment, reply)
    return reply.windows.some((window) => window !== 'ended' && window.applied < 0)
  } catch (error) {
    if (error instanceof StoreError && error.outcome === 'not-executed' && error !== signal?.reason) {
      counted.giveBack(units.map((each) => -each))
    }
    for (const path of fastPaths) path.adjusted(adjustment, undefined)
    throw error
  }
}
