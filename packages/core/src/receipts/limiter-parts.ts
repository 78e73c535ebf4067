import { OptionError } from '../errors.ts'
import { FixedWindowRateLimiter, type LimiterParts, partsOf } from '../limiter.ts'
import { describeValue } from '../options/check.ts'

/** @throws {OptionError} for what is no limiter, or one of another copy of this package. */
export function partsOfLimiter(limiter: unknown): LimiterParts {
  if (limiter instanceof FixedWindowRateLimiter) return partsOf(limiter)
  throw new OptionError('limiter', 'a FixedWindowRateLimiter of the same copy of @rl/core', describeValue(limiter))
}
