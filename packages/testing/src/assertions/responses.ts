import { rateLimitsOf, retryAfterOf } from './fields.ts'
import { hasAll, inWords, type Verdict, verdict } from './verdict.ts'

/**
 * Figures in header fields, those of them that a test is about.
 *
 * @example { policy: 'api', remaining: 0, reset: 60, retryAfter: 60 }
 */
export interface ExpectedRateLimit {
  /** The policy's name. Without, any policy of the response may be the one. */
  readonly policy?: string | undefined
  /** Units per window. */
  readonly limit?: number | undefined
  /** Units left. */
  readonly remaining?: number | undefined
  /** Seconds until the window ends; in the X-RateLimit fields, seconds since the epoch. */
  readonly reset?: number | undefined
  /** The seconds of `Retry-After`. */
  readonly retryAfter?: number | undefined
}

export function hasRateLimit(received: unknown, expected: ExpectedRateLimit = {}): Verdict {
  const policy = expected.policy?.replace(/[^ -~]+/g, encodeURIComponent)
  const words = `a response with the rate limit ${inWords(expected)}`
  if (typeof received !== 'object' || received === null || received instanceof Promise) {
    return verdict(false, words, () => (received instanceof Promise ? 'a promise (await it first)' : 'no response'))
  }
  const retryAfter = retryAfterOf(received)
  const shown = rateLimitsOf(received).map((each) => ({ ...each, retryAfter }))
  const pass = shown.some((each) => hasAll(each, { ...expected, policy }))
  return verdict(pass, words, () => (shown.length === 0 ? 'one without' : `one with ${shown.map(inWords).join(', ')}`))
}
