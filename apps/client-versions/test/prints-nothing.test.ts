import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedClusterOptions } from '@rl/ioredis'
import { startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
})

test('ioredis prints nothing, also where it has the socketTimeout that recommendedClusterOptions set', async () => {
  await using server = await startRedis()
  const log = vi.spyOn(console, 'log')
  const { redisOptions } = recommendedClusterOptions
  const redis = new Redis({ ...redisOptions, port: server.port })
  const limiter = new FixedWindowRateLimiter({ name: 'api', store: new IoredisStore(redis), limit: 1, window: '1d' })
  await limiter.limit('user_123').catch(() => {})
  redis.disconnect()
  expect(log).not.toHaveBeenCalled()
})
