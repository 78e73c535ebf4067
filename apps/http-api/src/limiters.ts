import { type BreakerChange, type CounterStore, FixedWindowRateLimiter, type RateLimiter } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import type { Redis } from 'ioredis'
import { PLANS, VISITOR_LIMIT, WINDOWS } from './plans.ts'
import { REDIS } from './store-health.ts'

export interface Limiters {
  /** For accounts: units per minute and day. Its limits are those of the free plan; each request gives those of its account's plan. */
  readonly accounts: RateLimiter
  /** For clients without an API key, by address. */
  readonly visitors: RateLimiter
  /** Redis, and the memory of this instance. */
  readonly stores: readonly CounterStore[]
}

interface LimiterSettings {
  readonly redis: Redis
  readonly instances: number
  readonly redisDeadlineMs: number
  readonly onChange: (change: BreakerChange) => void
}

/**
 * While Redis is away the API stays up: each instance counts in its own memory and admits its share of each limit, so that
 * together they admit about as much as before.
 */
export function createLimiters({ redis, instances, redisDeadlineMs, onChange }: LimiterSettings): Limiters {
  const store = new IoredisStore(redis, { label: REDIS, replyTimeoutMs: redisDeadlineMs })
  const onStoreError = new MemoryStore({ maxKeys: 100_000 })
  const common = {
    store,
    onStoreError,
    fallbackShare: 1 / instances,
    deadlineMs: 2 * redisDeadlineMs, // half of it is for Redis
    breaker: { onChange },
  }
  const windows = WINDOWS.map((window, i) => ({ window, limit: PLANS.free[i] ?? 0 }))
  return {
    accounts: new FixedWindowRateLimiter({ ...common, name: 'accounts', windows }),
    visitors: new FixedWindowRateLimiter({ ...common, name: 'visitors', limit: VISITOR_LIMIT, window: '1m' }),
    stores: [store, onStoreError],
  }
}
