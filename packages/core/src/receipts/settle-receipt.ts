import { adjust } from '../decision/charge.ts'
import { type Settlement, settlementOf } from '../decision/settlement.ts'
import { OptionError } from '../errors.ts'
import { ownOptions } from '../options/check.ts'
import { type Cost, Costs } from '../options/cost.ts'
import { parseSignal } from '../options/limit-options.ts'
import type { RateLimiter } from '../rate-limiter.ts'
import { partsOfLimiter } from './limiter-parts.ts'
import { parseReceipt } from './text.ts'

/** The answer to `settleReceipt`. */
export interface ReceiptSettlement extends Settlement {
  /** The receipt was settled before: this is what became of the windows then, and nothing changed now. */
  readonly repeated: boolean
}

/**
 * Sets what the decision of a receipt cost, in whatever process, by a limiter of the same name on the same storage. It takes effect
 * once, however often it is sent: after an error with outcome `'unknown'`, send it again. To 0 it is a refund.
 *
 * @example
 * const { windows } = await settleReceipt(limiter, job.receipt, usage.totalTokens)
 * @param limiter A FixedWindowRateLimiter, not a wrapper of one.
 * @param actual Units in all, not the difference: an integer from 0 to 2^53-1, or an object of units; those left out stay.
 * @returns what became of each window of the decision; `'ended'` for those that have ended by now, also if an earlier try settled
 *   them before that. No windows if the receipt settles nothing, see {@link receiptOf}.
 * @throws {OptionError} for a receipt that is damaged or of another limiter.
 * @throws {StoreError} when the store could not answer, and for a receipt that is no longer valid while one of its windows is open.
 */
export async function settleReceipt(
  limiter: RateLimiter,
  receipt: string,
  actual: Cost,
  given: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ReceiptSettlement> {
  const options = ownOptions('options', given, ['signal'])
  const { requests, askers, fastPaths } = partsOfLimiter(limiter)
  const { scope, id, token, issuedAt, until, windows } = parseReceipt(receipt)
  if (scope !== limiter.name) {
    throw new OptionError('receipt', `one of the limiter ${limiter.name}`, 'one of a limiter with another name')
  }
  if (windows.length === 0) {
    requests.costs.parse(actual, 'actual', requests.costs.zeros)
    return { windows: [], repeated: false }
  }
  const charged = windows.map((window) => window.charged)
  const costs = new Costs(windows).parse(actual, 'actual', charged)
  const changed = windows.map((window, i) => ({ ...window, change: (costs[i] as number) - window.charged }))
  const adjusted = { scope, id, windows: changed, token: { id: token, until } }
  const reply = await adjust(adjusted, askers.primary, fastPaths, parseSignal(options.signal), issuedAt)
  // A repeat may name other costs than the first settlement, which is the one that counts.
  const counted = reply.windows.map((result, i) => (charged[i] as number) + (result === 'ended' ? 0 : result.applied))
  return { ...settlementOf(windows, counted, reply), repeated: reply.repeated }
}
