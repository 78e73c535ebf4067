import type { Window } from './contract/windows.ts'
import type { Settlement } from './decision/settlement.ts'
import type { Decision } from './decision/types.ts'
import type { Cost } from './options/cost.ts'
import type { LimitOptions } from './options/limit-options.ts'

/**
 * Options of `refund`.
 *
 * @example await limiter.refund(decision, { cost: 2 })
 */
export interface RefundOptions {
  /**
   * Units to give back: an integer from 0 to what the decision took and was not given back yet, or where windows name units,
   * one for each of them. Default: all of that.
   */
  readonly cost?: Cost | undefined
  /** Aborting rejects the call with the signal's reason. A refund that was already sent may still take effect. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Any limiter, whatever it does when its store fails: the type for code that is handed one.
 *
 * @example
 * function guard(limiter: RateLimiter, id: string) {
 *   return limiter.limit(id)
 * }
 */
export interface RateLimiter {
  /** The policy's name. */
  readonly name: string
  /** The windows, in the order of the options, under the limiter's own limits. */
  readonly windows: readonly Window[]
  /** Takes `cost` units (default 1) from every window, or from none. */
  limit(id: string, options?: LimitOptions): Promise<Decision>
  /** Whether {@link limit} admits the call: the short form, which takes units as well. */
  isAllowed(id: string, options?: LimitOptions): Promise<boolean>
  /** The answer that {@link limit} would give at this moment. Takes nothing. */
  peek(id: string, options?: LimitOptions): Promise<Decision>
  /**
   * Gives the units of an admitted decision of this very limiter back, to those of its windows that are still open.
   *
   * @returns whether any window got units back.
   */
  refund(decision: Decision, options?: RefundOptions): Promise<boolean>
  /** Sets what an admitted decision of this very limiter cost, once that is known; units that `actual` leaves out stay. */
  settle(decision: Decision, actual: Cost, options?: { readonly signal?: AbortSignal | undefined }): Promise<Settlement>
  /** Forgets the identifier: its windows start anew. */
  reset(id: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  /** Sends at once what waits, and resolves when it is settled. The store's client can then be closed. */
  drain(): Promise<void>
}
