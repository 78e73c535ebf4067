import { checkTookUnits, countedBy } from '../decision/charge.ts'
import { newTokenId } from '../decision/token.ts'
import type { Decision } from '../decision/types.ts'
import { OptionError } from '../errors.ts'
import { ownOptions } from '../options/check.ts'
import { type Duration, parseDuration } from '../options/duration.ts'
import type { RateLimiter } from '../rate-limiter.ts'
import { partsOfLimiter } from './limiter-parts.ts'
import { textOf } from './text.ts'

/** Options of `receiptOf`. */
export interface ReceiptOptions {
  /**
   * How long the receipt can be settled, at most until its windows end: milliseconds, or a duration such as `'1h'`. The store keeps
   * a key of about 200 bytes for each settled receipt until then. Default `'1d'`.
   */
  readonly validFor?: Duration | undefined
}

/**
 * A text with which another process can settle an admitted decision, by {@link settleReceipt}: a worker, or the end of a stream.
 * It names the identifier, and a process that has it can settle it: keep it among the application's processes. The decision itself
 * can't be settled or refunded afterwards. Asked again, the same receipt is returned.
 *
 * A decision without a counter in the limiter's store (by the failure policy, or by a fallback store) gets a receipt that settles
 * nothing.
 *
 * @example
 * const decision = await limiter.limit('tenant_7', { cost: 4000 })
 * if (decision.allowed) await queue.add({ prompt, receipt: receiptOf(limiter, decision) })
 * @returns letters, digits, `-`, `_` and `.`; about 150 characters for one window and a short identifier.
 * @param limiter A FixedWindowRateLimiter, not a wrapper of one.
 * @throws {OptionError} for a decision that the limiter did not return, that took nothing (denied, peeked, or of cost 0), or
 * for which
 *   a refund or settlement is under way.
 */
export function receiptOf(limiter: RateLimiter, decision: Decision, given: ReceiptOptions = {}): string {
  const { validFor = '1d' } = ownOptions('options', given, ['validFor'])
  const validMs = parseDuration('validFor', validFor)
  partsOfLimiter(limiter)
  const counted = countedBy(limiter, decision)
  const names = { scope: limiter.name, id: decision.id, token: newTokenId() }
  if (counted === undefined) return textOf({ ...names, issuedAt: 0, until: 0, windows: [] })
  if (counted.receipt !== undefined) return counted.receipt
  checkTookUnits(counted)
  if (counted.isChanging) {
    throw new OptionError('decision', 'one that no refund or settlement is under way for', 'one that is changing')
  }
  const { charged, decidedAt, source } = counted
  const windows = limiter.windows.map((window, i) => {
    const limit = counted.windows[i]?.limit ?? window.limit
    return { ...window, ...counted.counter(i), limit, charged: charged[i] as number }
  })
  const until = Math.min(decidedAt + validMs, Math.max(...windows.map(({ resetAt }) => resetAt)))
  const settled = source === 'fallback' ? [] : windows
  const receipt = textOf({ ...names, issuedAt: decidedAt, until, windows: settled })
  counted.handOver(receipt)
  return receipt
}
