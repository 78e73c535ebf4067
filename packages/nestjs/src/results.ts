import { joinResults, type RateLimitResult } from '@rl/http'

const results = new WeakMap<object, RateLimitResult>()

/**
 * The limiters' answers about a request of HTTP; `undefined` if it was skipped or has no `@RateLimit()`. For a GraphQL query,
 * the answers about the field that was asked about last.
 *
 * @example const decision = rateLimitOf(request)?.decision // say, to settle it
 */
export function rateLimitOf(request: object): RateLimitResult | undefined {
  return results.get(request)
}

/** @param joins Whether earlier results are about the same call. */
export function remember(request: unknown, result: RateLimitResult, joins: boolean): void {
  if (typeof request !== 'object' || request === null) return
  results.set(request, joins ? joinResults(results.get(request), result) : result)
}
