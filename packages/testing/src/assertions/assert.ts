import type { Allowed, AllowedByPolicy, Decision, Denied, DeniedByPolicy } from '@rl/core'
import { type ExpectedDecision, type ExpectedRemaining, hasRemaining, isAllowed, isDenied } from './decisions.ts'
import type { WithHeaders } from './fields.ts'
import { type ExpectedRateLimit, hasRateLimit } from './responses.ts'
import type { Verdict } from './verdict.ts'

/**
 * An admitted decision, with these figures.
 *
 * @throws an error named `AssertionError`, as node:assert does.
 * @example assertAllowed(await limiter.limit('user_123'), { remaining: 9 })
 */
export function assertAllowed(
  decision: Decision,
  expected?: ExpectedDecision,
): asserts decision is Allowed | AllowedByPolicy {
  check(isAllowed(decision, expected), expected, assertAllowed)
}

/**
 * A denied decision, with these figures.
 *
 * @throws an error named `AssertionError`, as node:assert does.
 * @example
 * await exhaust(limiter, 'user_123')
 * assertDenied(await limiter.limit('user_123'), { retryAfterMs: 60_000 })
 */
export function assertDenied(
  decision: Decision,
  expected?: ExpectedDecision,
): asserts decision is Denied | DeniedByPolicy {
  check(isDenied(decision, expected), expected, assertDenied)
}

/**
 * A decision that leaves this many units: in the binding window, or of each unit.
 *
 * @throws an error named `AssertionError`, as node:assert does.
 * @example assertRemaining(decision, { requests: 59, tokens: 98_800 })
 */
export function assertRemaining(decision: Decision, expected: ExpectedRemaining): void {
  check(hasRemaining(decision, expected), expected, assertRemaining)
}

/**
 * A `Response`, or what else has headers, that says this of a policy.
 *
 * @throws an error named `AssertionError`, as node:assert does.
 * @example assertRateLimit(response, { policy: 'api', remaining: 9, reset: 60 })
 */
export function assertRateLimit(response: WithHeaders, expected?: ExpectedRateLimit): void {
  check(hasRateLimit(response, expected), expected, assertRateLimit)
}

/** @param from Where the stack begins: at the test's own line. */
function check({ pass, message }: Verdict, expected: unknown, from: (...args: never[]) => void): void {
  if (pass) return
  const error = Object.assign(new Error(message()), { name: 'AssertionError', code: 'ERR_ASSERTION', expected })
  Error.captureStackTrace?.(error, from)
  throw error
}
