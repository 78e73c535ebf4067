import { type Decision, FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'

// Compiled only: the types are of use, not merely free of errors.

const options = { name: 'api', store: new MemoryStore(), limit: 100, window: '1m' } as const
const limiter = new FixedWindowRateLimiter(options)
const lenient = new FixedWindowRateLimiter({ ...options, onStoreError: 'allow' })

export async function remaining(): Promise<number> {
  return (await limiter.limit('user')).remaining
}

export async function figuresOfAnAnswerByPolicy(): Promise<number> {
  const decision = await lenient.limit('user')
  // @ts-expect-error it has none
  const unread: number = decision.remaining
  return decision.source === 'failure-policy' ? unread : decision.remaining
}

export function waitOf(decision: Decision): 0 | number {
  if (decision.allowed) {
    const none: 0 = decision.retryAfterMs
    return none
  }
  return decision.retryAfterMs
}

// @ts-expect-error no such policy
new FixedWindowRateLimiter({ ...options, onStoreError: 'ignore' })

// @ts-expect-error a limiter needs a store
new FixedWindowRateLimiter({ name: 'api', limit: 100, window: '1m' })
