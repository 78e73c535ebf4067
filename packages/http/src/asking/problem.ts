import type { HeaderFields } from '../fields/fields.ts'
import { seconds } from '../fields/fields.ts'
import { asciiOf, type QuotaPolicy } from '../fields/policy.ts'
import type { RateLimitResult } from './result.ts'

/** A denial as problem details (RFC 9457). */
export interface Problem {
  /** A URI, or `about:blank`: what `status` says already. */
  readonly type: string
  readonly title: string
  readonly status: 429 | 503
  /** The names of the policies whose quota does not suffice, as the fields of draft 10 have them. */
  readonly 'violated-policies'?: readonly string[]
}

/** The media type of problem details. */
export const PROBLEM_TYPE = 'application/problem+json'

/**
 * The problem that a denied request is answered with: 429 of the draft's type `quota-exceeded`
 * (draft-ietf-httpapi-ratelimit-headers-10 and -11), or 503 where nobody denied but the failure policy of a limiter, which is no
 * fault of the client's.
 */
export function problemOf({ decisions }: RateLimitResult, policies: readonly QuotaPolicy[]): Problem {
  const counted = decisions.some(({ decision }) => !decision.allowed && decision.source !== 'failure-policy')
  if (!counted) return { type: 'about:blank', title: 'Service Unavailable', status: 503 }
  return {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
    status: 429,
    'violated-policies': policies.filter(({ state }) => state?.violated).map(({ name }) => asciiOf(name)),
  }
}

/**
 * `Retry-After` in whole seconds (RFC 9110, section 10.2.3), rounded up: after that long the windows that were in the way
 * have ended. Nothing for a request that can never be admitted, as its cost is above the limit.
 */
export function setRetryAfter({ decision }: RateLimitResult, fields: HeaderFields): void {
  if (Number.isFinite(decision.retryAfterMs)) fields.set('Retry-After', `${seconds(decision.retryAfterMs)}`)
}
