import { StoreError } from '@rl/core'

/**
 * The error of a request that failed. Its outcome is always unknown: Cloudflare marks by `overloaded` requests that were refused in
 * the queue, but also those of an object that was reset because its storage was too slow, and by `retryable` those that a
 * lost connection leaves in doubt.
 */
export function requestFailed(cause: unknown): StoreError {
  const isOverloaded = (cause as { readonly overloaded?: unknown } | null)?.overloaded === true
  const message = isOverloaded ? 'the Durable Object is overloaded' : 'the Durable Object did not answer'
  return new StoreError(message, { outcome: 'unknown', cause })
}

export function otherShards(shards: number, madeFor: number): StoreError {
  const message = `shards must be ${madeFor}, as the objects were made with, or name must be another, received ${shards}`
  return new StoreError(message, { outcome: 'not-executed' })
}

export function malformed(): StoreError {
  return new StoreError('the Durable Object sent a malformed reply', { outcome: 'unknown' })
}
