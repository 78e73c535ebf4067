import { serializeByteSequence, serializeString } from 'structured-headers'
import { appendToList, integer, seconds } from './fields.ts'
import type { HeaderFormat } from './format.ts'
import { asciiOf } from './policy.ts'

/**
 * The default: `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10, both lists with one item for each
 * policy; they are the same in drafts 8 to 11. Draft 11 (May 2026) has other words for two parameters: `r` is the available
 * quota, `t` the effective window, in which no more than that can be used.
 *
 * @example
 * draft10.write(policies, fields)
 * console.log(fields.get('RateLimit-Policy')) // prints "api-1s";q=10;w=1, "api-1d";q=1000;w=86400
 * console.log(fields.get('RateLimit')) // prints "api-1s";r=9;t=1, "api-1d";r=999;t=41230
 */
export const draft10: HeaderFormat = {
  prefix: 'RateLimit',
  write(policies, fields) {
    const quotas: string[] = []
    const limits: string[] = []
    for (const { name: raw, limit, unit, windowMs, partitionKey, state } of policies) {
      // Put together here, from texts that the library serializes: building lists for it took three quarters of the time.
      const name = serializeString(asciiOf(raw))
      const qu = unit ? `;qu=${serializeString(unit)}` : ''
      const w = windowMs ? `;w=${seconds(windowMs)}` : ''
      // Of a copy, as the serializer takes none that may be shared between threads.
      const pk = partitionKey ? `;pk=${serializeByteSequence(new Uint8Array(partitionKey))}` : ''
      quotas.push(`${name};q=${integer(limit)}${qu}${w}${pk}`)
      if (state !== undefined)
        limits.push(`${name};r=${integer(state.remaining)};t=${seconds(state.resetAfterMs)}${pk}`)
    }
    appendToList(fields, 'RateLimit-Policy', quotas)
    appendToList(fields, 'RateLimit', limits)
  },
}
