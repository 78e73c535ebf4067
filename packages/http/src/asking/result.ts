import type { Decision, RateLimiter } from '@rl/core'
import { warnOfRepeats } from './wiring-warnings.ts'

/** One limiter's answer about a request. */
export interface LimiterDecision {
  readonly limiter: RateLimiter
  readonly decision: Decision
}

/**
 * The answers of a request's limiters: on the context of Hono, in the state of Koa, on the request of Express and Fastify,
 * else by `rateLimitOf`.
 */
export interface RateLimitResult {
  readonly allowed: boolean
  /**
   * The decision that speaks for all: of an admitted request the one with the least left, of a denied one the denial that
   * lasts longest.
   */
  readonly decision: Decision
  /**
   * Each limiter's answer, in the order of the middlewares and of their `limiters`. Once one denied, those before it got
   * their units back, and those after it were only peeked at, if they were asked at all.
   */
  readonly decisions: readonly LimiterDecision[]
}

/** The result of these, at least one. */
export function resultOf(decisions: readonly LimiterDecision[]): RateLimitResult {
  const { decision } = decisions.reduce((a, b) => (speaksOver(b.decision, a.decision) ? b : a))
  return { allowed: decision.allowed, decision, decisions }
}

/**
 * The result of middlewares that ran one after the other; `before` is that of those before, if there were any.
 *
 * @example const all = joinResults(before, result)
 */
export function joinResults(before: RateLimitResult | undefined, result: RateLimitResult): RateLimitResult {
  if (before === undefined) return result
  warnOfRepeats(before.decisions, result.decisions)
  return resultOf([...before.decisions, ...result.decisions])
}

function speaksOver(a: Decision, b: Decision): boolean {
  if (a.allowed !== b.allowed) return b.allowed
  if (!a.allowed) return a.retryAfterMs > b.retryAfterMs
  if (a.source === 'failure-policy') return false
  return b.source === 'failure-policy' || a.remaining < b.remaining
}
