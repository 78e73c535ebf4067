import { type HeaderFields, seconds } from './fields.ts'
import type { QuotaPolicy } from './policy.ts'
import { setThree } from './three-fields.ts'

/**
 * `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`, which no standard describes. As with GitHub's API and
 * express-rate-limit, the last one is a moment: seconds since the epoch, by the store's clock. They show the policy closest
 * to its limit, also over several middlewares.
 */
export function legacy(policies: readonly QuotaPolicy[], fields: HeaderFields): void {
  setThree('X-RateLimit', policies, fields, ({ limit, state }) => [limit, state.remaining, seconds(state.resetAt)])
}
