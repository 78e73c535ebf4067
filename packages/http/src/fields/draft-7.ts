import { appendQuotas } from './draft-6.ts'
import { integer, seconds } from './fields.ts'
import type { HeaderFormat } from './format.ts'
import { closestToLimit } from './policy.ts'

/**
 * `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-07 (June 2023). `RateLimit` has room for one
 * policy: the one closest to its limit, also over several middlewares.
 *
 * @example
 * draft7.write(policies, fields)
 * console.log(fields.get('RateLimit-Policy')) // prints 10;w=1, 1000;w=86400
 * console.log(fields.get('RateLimit')) // prints limit=10, remaining=9, reset=1
 */
export const draft7: HeaderFormat = {
  prefix: 'RateLimit',
  write(policies, fields) {
    appendQuotas(policies, fields)
    const closest = closestToLimit(policies)
    if (closest === undefined) return
    const { limit, state } = closest
    const before = /remaining=(\d+)/.exec(fields.get('RateLimit') ?? '')?.[1]
    if (before !== undefined && Number(before) <= state.remaining) return
    const figures = `limit=${integer(limit)}, remaining=${integer(state.remaining)}, reset=${seconds(state.resetAfterMs)}`
    fields.set('RateLimit', figures)
  },
}
