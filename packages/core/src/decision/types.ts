import type { StoreError } from '../errors.ts'
import type { Cost } from '../options/cost.ts'

/** One window's share of a decision. */
export interface WindowDecision {
  /** The unit that the window counts, if the options name it. */
  readonly unit: string | undefined
  /** Units that the call asked of this window. */
  readonly cost: number
  /** Units per window that the call was checked against. */
  readonly limit: number
  /** Units left after this call, 0 or more. */
  readonly remaining: number
  /** When the window ends: milliseconds since the epoch, by the store's clock. */
  readonly resetAt: number
  /** Milliseconds from this answer until the end, by the store's clock; more than 0. No clock of the caller's is needed. */
  readonly resetAfterMs: number
}

interface Asked {
  readonly id: string
  /** Units asked for, as the call named them. */
  readonly cost: Cost
}

/**
 * An answer made from the counter. `limit`, `remaining`, `resetAt` and `resetAfterMs` are the binding window's: when
 * admitted, the one that the fewest further calls of the same cost would exhaust; when denied, the one that keeps the call out
 * longest.
 */
interface Counted extends Asked {
  /** Units per window. */
  readonly limit: number
  /** Units left after this call, 0 or more. */
  readonly remaining: number
  /** When the window ends: milliseconds since the epoch, by the store's clock. */
  readonly resetAt: number
  /** Milliseconds from this answer until the end, by the store's clock; more than 0. */
  readonly resetAfterMs: number
  /** Each window's own figures, in the order of the limiter's options. */
  readonly windows: readonly WindowDecision[]
}

/** Admitted: the units were taken from every window (or, for a `peek`, would have been). */
export interface Allowed extends Counted {
  readonly allowed: true
  readonly retryAfterMs: 0
  /**
   * `'store'`: the counter said so. `'lease'`: from prefetched units. `'fallback'`: by the fallback store's own counter.
   * `'shadow'`: by a limiter in shadow, which admits everything.
   */
  readonly source: 'store' | 'lease' | 'fallback' | 'shadow'
}

/** Denied: nothing was taken from any window. */
export interface Denied extends Counted {
  readonly allowed: false
  /** Milliseconds until the windows that were in the way have ended; `Infinity` when `cost` is more than a window's limit. */
  readonly retryAfterMs: number
  /** `'deny-cache'` and `'wait-queue'`: without asking the store, from what it said before. */
  readonly source: 'store' | 'deny-cache' | 'lease' | 'fallback' | 'wait-queue'
}

/** The store could not answer, and `onStoreError: 'allow'` let the call pass. There are no figures to read. */
export interface AllowedByPolicy extends Asked {
  readonly allowed: true
  readonly retryAfterMs: 0
  readonly source: 'failure-policy'
  readonly error: StoreError
}

/** The store could not answer, and `onStoreError: 'deny'` kept the call out. There are no figures to read. */
export interface DeniedByPolicy extends Asked {
  readonly allowed: false
  /** The limiter's `deadlineMs`: nobody knows when the store will be back. */
  readonly retryAfterMs: number
  readonly source: 'failure-policy'
  readonly error: StoreError
}

/**
 * The answer of a limiter. Narrows on `source` and `allowed`.
 *
 * @example
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 100, window: '1m', onStoreError: 'allow' })
 * const decision = await limiter.limit('user_123')
 * if (decision.source === 'failure-policy') console.warn(decision.error.message)
 * else console.log(`${decision.remaining} of ${decision.limit} left`)
 */
export type Decision = Allowed | Denied | AllowedByPolicy | DeniedByPolicy

/** Where a decision came from. */
export type DecisionSource = Decision['source']

/** The source of a decision with figures. */
export type CountedSource = Exclude<DecisionSource, 'failure-policy'>
