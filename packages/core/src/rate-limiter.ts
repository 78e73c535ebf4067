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
  readonly name: string
  readonly windows: readonly Window[]
  limit(id: string, options?: LimitOptions): Promise<Decision>
  isAllowed(id: string, options?: LimitOptions): Promise<boolean>
  peek(id: string, options?: LimitOptions): Promise<Decision>
  refund(decision: Decision, options?: RefundOptions): Promise<boolean>
  reset(id: string): Promise<void>
}
