import { joinResults, type RateLimitResult } from '@rl/http'

const results = new WeakMap<object, RateLimitResult>()

/**
 * What the limiters answered about a request of HTTP; `undefined` for one that was skipped or that has no `@RateLimit()`. Of
 * the fields of a GraphQL query, what they answered last.
 *
 * @example const decision = rateLimitOf(request)?.decision // say, to settle it
 */
export function rateLimitOf(request: object): RateLimitResult | undefined {
  return results.get(request)
}

/** @param joins Whether what earlier guards were told is about the same call. */
export function remember(request: unknown, result: RateLimitResult, joins: boolean): void {
  if (typeof request !== 'object' || request === null) return
  results.set(request, joins ? joinResults(results.get(request), result) : result)
}
