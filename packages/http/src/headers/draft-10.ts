import { type BareItem, type Item, serializeList } from 'structured-headers'
import { appendToList, type HeaderFields, integer, seconds } from './fields.ts'
import { asciiOf, isKnown, type KnownPolicy, type QuotaPolicy } from './policy.ts'

/**
 * `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10, both lists with one item for each policy; they are the
 * same since draft 8. Draft 11 (May 2026) is yet to be compared.
 *
 * @example
 * RateLimit-Policy: "api-1s";q=10;w=1, "api-1d";q=1000;w=86400
 * RateLimit: "api-1s";r=9;t=1, "api-1d";r=999;t=41230
 */
export function draft10(policies: readonly QuotaPolicy[], fields: HeaderFields): void {
  appendToList(fields, 'RateLimit-Policy', serializeList(policies.map(quotaPolicyItem)))
  appendToList(fields, 'RateLimit', serializeList(policies.filter(isKnown).map(serviceLimitItem)))
}

function quotaPolicyItem({ name, limit, unit, windowMs, partitionKey }: QuotaPolicy): Item {
  return item(name, { q: integer(limit), qu: unit, w: seconds(windowMs), pk: bytesOf(partitionKey) })
}

function serviceLimitItem({ name, state, partitionKey }: KnownPolicy): Item {
  return item(name, { r: integer(state.remaining), t: seconds(state.resetAfterMs), pk: bytesOf(partitionKey) })
}

function item(name: string, parameters: Record<string, BareItem | undefined>): Item {
  const given = Object.entries(parameters).filter((entry): entry is [string, BareItem] => entry[1] !== undefined)
  return [asciiOf(name), new Map(given)]
}

/** A copy, as the serializer takes none that may be shared between threads. */
function bytesOf(partitionKey: Uint8Array | undefined): Uint8Array<ArrayBuffer> | undefined {
  return partitionKey && new Uint8Array(partitionKey)
}
