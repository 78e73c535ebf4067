import { StoreError } from '@rl/core'

/**
 * The error of a request that failed. Its outcome is always unknown: Cloudflare marks by `overloaded` requests that were refused in
 * the queue, but also those of an object that was reset because its storage was too slow, and by `retryable` those that a
 * lost connection leaves in doubt.
 */
export function requestFailed(cause: unknown): StoreError {
  return new StoreError(messageOf(cause), { outcome: 'unknown', cause })
}

function messageOf(cause: unknown): string {
  const { overloaded, message } = Object(cause) as { readonly overloaded?: unknown; readonly message?: unknown }
  if (overloaded === true) return 'the Durable Object is overloaded'
  // Runtimes print no causes, and a class that was deployed without storage can't get it later.
  if (/SQL is not enabled/.test(String(message))) {
    return 'the Durable Object has no SQLite storage: name its class in new_sqlite_classes'
  }
  return 'the Durable Object did not answer'
}

export function otherShards(shards: number, madeFor: number): StoreError {
  const message = `shards must be ${madeFor}, as the objects were made with, or name must be another, received ${shards}`
  return new StoreError(message, { outcome: 'not-executed' })
}

export function malformed(): StoreError {
  return new StoreError('the Durable Object sent a malformed reply', { outcome: 'unknown' })
}
