import { FixedWindowRateLimiter, OptionError } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { Redis } from 'ioredis'
import { same } from './check.js'
import { storeChecks } from './store-checks.js'
import type { Suite } from './suite.js'

/** In Bun only. */
const { Bun } = globalThis as { readonly Bun?: { readonly RedisClient: new (url: string | undefined) => object } }

export const suite: Suite = async ({ REDIS_URL }) => {
  const redis = new Redis(REDIS_URL, recommendedOptions)
  return {
    checks: {
      ...storeChecks(new IoredisStore(redis)),
      'a RedisClient of Bun is refused, with the reason': async () => {
        if (Bun === undefined) return
        const client = new Bun.RedisClient(REDIS_URL)
        try {
          new IoredisStore(client as never)
        } catch (error) {
          const reason = 'a RedisClient of Bun, which may run a call after it has timed out (use ioredis, also in Bun)'
          same(error instanceof OptionError && error.message.split('received ')[1], reason, 'the refusal')
          return
        }
        throw new Error('it was taken')
      },
      'a connection whose replies come is not given up': async () => {
        let closed = 0
        redis.on('close', () => closed++)
        const store = new IoredisStore(redis, { replyTimeoutMs: 2000 })
        const limiter = new FixedWindowRateLimiter({ name: crypto.randomUUID(), store, limit: 1000, window: '1h' })
        // As it goes by what the runtime says its socket has read.
        for (const end = performance.now() + 3000; performance.now() < end; await pause(50)) await limiter.limit('user')
        same(closed, 0, 'connections closed')
      },
    },
    close: async () => {
      await redis.quit()
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
