import type { Adjustment } from '../contract/operations.ts'
import type { AdjustReply } from '../contract/replies.ts'
import type { Window } from '../contract/windows.ts'
import { OptionError, StoreError } from '../errors.ts'
import { checkInteger, describeKind } from '../options/check.ts'
import type { Asker } from './asker.ts'
import { CountedDecision } from './counted.ts'
import type { FastPath } from './fast-path.ts'
import type { Decision } from './types.ts'

/**
 * @returns undefined for a decision without a counter.
 * @throws {OptionError} for a decision that the limiter did not return.
 */
export function countedBy(limiter: object, decision: Decision): CountedDecision | undefined {
  if (decision?.source === 'failure-policy') return undefined
  const counted = CountedDecision.of(limiter, decision)
  if (counted !== undefined) return counted
  throw new OptionError('decision', 'one that this limiter returned', describeKind(decision))
}

/** @throws {OptionError} for a decision that is denied, peeked or of cost 0. */
export function checkTookUnits(counted: CountedDecision): void {
  if (counted.tookUnits) return
  throw new OptionError('decision', 'one that took units', 'one that was denied, peeked or of cost 0')
}

/**
 * For each window, by how much a refund changes what is charged.
 *
 * @throws {OptionError} for more than is charged.
 */
export function changesOfRefund(charged: readonly number[], units: readonly number[] = charged): readonly number[] {
  return units.map((each, i) => 0 - checkInteger('cost', each, 0, charged[i]))
}

/**
 * Changes what is charged for a decision, in those of its windows that are still open.
 *
 * @throws {OptionError} for a decision that has a receipt.
 */
export async function changeCharge(
  counted: CountedDecision,
  changes: readonly number[],
  limiterWindows: readonly Window[],
  asker: Asker,
  fastPaths: readonly FastPath[],
  signal: AbortSignal | undefined,
): Promise<AdjustReply> {
  if (counted.receipt !== undefined) {
    throw new OptionError('decision', 'one without a receipt', 'one whose units only its receipt can change')
  }
  const windows = limiterWindows.map((window, i) => ({
    ...window,
    ...counted.counter(i),
    change: changes[i] as number,
  }))
  counted.change(changes)
  try {
    return await adjust({ scope: asker.scope, id: counted.id, windows }, asker, fastPaths, signal, counted.decidedAt)
  } catch (error) {
    const didNotRun = error instanceof StoreError && error.outcome === 'not-executed' && error !== signal?.reason
    // If nobody knows, only what is charged in either case may be given back later.
    counted.change(changes.map((change) => (didNotRun || change > 0 ? -change : 0)))
    throw error
  }
}

/** Adjusts counters, and tells the fast paths. */
export async function adjust(
  adjusted: Omit<Adjustment, 'kind'>,
  asker: Asker,
  fastPaths: readonly FastPath[],
  signal: AbortSignal | undefined,
  decidedAt: number,
): Promise<AdjustReply> {
  const adjustment: Adjustment = { kind: 'adjust', ...adjusted }
  let news: AdjustReply | undefined
  try {
    const reply = await asker.adjust(adjustment, signal, decidedAt)
    // The change of a repeated reply happened before.
    if (!reply.repeated) news = reply
    return reply
  } finally {
    for (const path of fastPaths) path.adjusted(adjustment, news)
  }
}
