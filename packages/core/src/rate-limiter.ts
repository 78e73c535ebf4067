import type { Decision } from './decision.ts'
import type { RefundOptions } from './limiter.ts'
import type { LimitOptions } from './request.ts'
import type { Window } from './store.ts'

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
  /** What {@link limit} would answer at this moment. Takes nothing. */
  peek(id: string, options?: LimitOptions): Promise<Decision>
  /**
   * Gives the units of an admitted decision of this very limiter back, to those of its windows that are still open.
   *
   * @returns whether any window got units back.
   */
  refund(decision: Decision, options?: RefundOptions): Promise<boolean>
  /** Forgets the identifier: its windows start anew. */
  reset(id: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
}
