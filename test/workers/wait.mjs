// One of several processes whose calls wait for room in the windows that they share.
import { FixedWindowRateLimiter } from '@rl/core'
import { waitQueue } from '@rl/core/wait-queue'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { Redis } from 'ioredis'

process.once('message', async ({ redisUrl, limiter: options, ids, callsOfEach }) => {
  const redis = new Redis(redisUrl, { ...recommendedOptions, connectTimeout: 60_000, socketTimeout: 60_000 })
  const limiter = new FixedWindowRateLimiter({ ...options, store: new IoredisStore(redis), deadlineMs: 60_000 })
  const queue = waitQueue(limiter, { maxWaiting: Number.MAX_SAFE_INTEGER, maxWaitMs: 600_000 })
  /** For each identifier, the windows of its calls in the order they were made. */
  const windows = Object.fromEntries(ids.map((id) => [id, []]))
  await Promise.all(
    ids.flatMap((id) =>
      Array.from({ length: callsOfEach }, async (_, nth) => {
        const { allowed, resetAt } = await queue.limit(id)
        windows[id][nth] = allowed ? resetAt : 'denied'
      }),
    ),
  )
  redis.disconnect()
  process.send(windows, () => process.disconnect())
})
