import { appendToList, type HeaderFields, integer, seconds } from './fields.ts'
import type { HeaderFormat } from './format.ts'
import type { QuotaPolicy } from './policy.ts'
import { setThree } from './three-fields.ts'

/**
 * `RateLimit-Policy`, `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` of
 * draft-ietf-httpapi-ratelimit-headers-06 (December 2022). The last three have room for one policy: the one closest to its
 * limit, also over several middlewares.
 *
 * @example
 * draft6.write(policies, fields)
 * console.log(fields.get('RateLimit-Policy')) // prints 10;w=1, 1000;w=86400
 * console.log(fields.get('RateLimit-Limit')) // prints 10
 * console.log(fields.get('RateLimit-Remaining')) // prints 9
 * console.log(fields.get('RateLimit-Reset')) // prints 1
 */
export const draft6: HeaderFormat = {
  prefix: 'RateLimit',
  write(policies, fields) {
    appendQuotas(policies, fields)
    setThree('RateLimit', policies, fields, ({ limit, state }) => [
      integer(limit),
      integer(state.remaining),
      seconds(state.resetAfterMs),
    ])
  },
}

/**
 * The `RateLimit-Policy` of drafts 6 and 7, which has no names and must not show one quota twice: the first one stays. Each needs
 * a window's length, so periods of a calendar are left out.
 */
export function appendQuotas(policies: readonly QuotaPolicy[], fields: HeaderFields): void {
  const name = 'RateLimit-Policy'
  const shown = new Set((fields.get(name) ?? '').split(',').map((item) => Number.parseInt(item, 10)))
  const items: string[] = []
  for (const { limit, windowMs } of policies) {
    const quota = integer(limit)
    if (windowMs === undefined || shown.has(quota)) continue
    shown.add(quota)
    items.push(`${quota};w=${seconds(windowMs)}`)
  }
  appendToList(fields, name, items)
}
