import { type RateLimitResult, resultOf } from '@rl/http'

const results = new WeakMap<object, RateLimitResult>()

/**
 * What the limiters answered about a request of HTTP, also of GraphQL; `undefined` for one that was skipped or that has no
 * `@RateLimit()`.
 *
 * @example const decision = rateLimitOf(request)?.decision // say, to settle it
 */
export function rateLimitOf(request: object): RateLimitResult | undefined {
  return results.get(request)
}

/** Adds to what earlier guards, and other fields of a query, were told. */
export function remember(request: unknown, result: RateLimitResult): void {
  if (typeof request !== 'object' || request === null) return
  const before = results.get(request)
  results.set(request, before === undefined ? result : resultOf([...before.decisions, ...result.decisions]))
}
