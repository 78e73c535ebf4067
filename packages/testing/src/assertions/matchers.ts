import { type ExpectedDecision, type ExpectedRemaining, hasRemaining, isAllowed, isDenied } from './decisions.ts'
import { type ExpectedRateLimit, hasRateLimit } from './responses.ts'
import type { Verdict } from './verdict.ts'

/** The matchers of {@link rateLimitMatchers}, for the types of `expect`. `Result` is what they return. */
export interface RateLimitMatchers<Result> {
  /** An admitted decision, with these figures. */
  toBeAllowed(expected?: ExpectedDecision): Result
  /** A denied decision, with these figures. */
  toBeDenied(expected?: ExpectedDecision): Result
  /** A decision that leaves this many units: in the binding window, or of each unit. */
  toHaveRemaining(expected: ExpectedRemaining): Result
  /** A `Response`, or what else has headers, that says this of a policy: RateLimit fields of drafts 6 to 11, or X-RateLimit ones. */
  toHaveRateLimit(expected?: ExpectedRateLimit): Result
}

/**
 * For the `expect.extend` of any framework. With vitest and Jest, `import '@rl/testing/vitest'` and `'@rl/testing/jest'` do that,
 * with types.
 */
export const rateLimitMatchers: {
  readonly toBeAllowed: (received: unknown, expected?: ExpectedDecision) => Verdict
  readonly toBeDenied: (received: unknown, expected?: ExpectedDecision) => Verdict
  readonly toHaveRemaining: (received: unknown, expected: ExpectedRemaining) => Verdict
  readonly toHaveRateLimit: (received: unknown, expected?: ExpectedRateLimit) => Verdict
} = {
  toBeAllowed: isAllowed,
  toBeDenied: isDenied,
  toHaveRemaining: hasRemaining,
  toHaveRateLimit: hasRateLimit,
}
