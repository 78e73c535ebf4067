import { seconds } from './fields.ts'
import type { HeaderFormat } from './format.ts'
import { setThree } from './three-fields.ts'

/**
 * `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`, which no standard describes. As with GitHub's API and
 * express-rate-limit, the last one is a moment: seconds since the epoch, by the store's clock. They show the policy closest
 * to its limit, also over several middlewares.
 */
export const legacy: HeaderFormat = {
  prefix: 'X-RateLimit',
  write: (policies, fields) =>
    setThree('X-RateLimit', policies, fields, ({ limit, state }) => [limit, state.remaining, seconds(state.resetAt)]),
}
