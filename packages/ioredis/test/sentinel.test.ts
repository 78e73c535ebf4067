import { FixedWindowRateLimiter } from '@rl/core'
import { type RedisSentinel, startSentinel } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { IoredisStore, recommendedOptions } from '../src/index.ts'

let setup: RedisSentinel
let redis: Redis
beforeAll(async () => {
  setup = await startSentinel({ replicas: 1, sentinels: 1, downAfterMs: 1500 })
  redis = new Redis({
    ...recommendedOptions,
    name: setup.name,
    sentinels: setup.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
  })
  // The test sees errors through the calls that fail by them.
  redis.on('error', () => {})
})
afterAll(async () => {
  redis?.disconnect()
  await setup?.stop()
})

test('the limiter works through Sentinels, and again after a failover, with the counts it had', async () => {
  const store = new IoredisStore(redis)
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 3, window: '365d', deadlineMs: 5000 })
  const answers = await Promise.all(Array.from({ length: 5 }, () => limiter.isAllowed('full')))
  expect(answers).toEqual([true, true, true, false, false])
  const [replica] = setup.replicas
  const counted = { timeout: 30_000, interval: 20 }
  await vi.waitFor(async () => expect(await replica?.command('DBSIZE')).toBe(1), counted)

  await setup.master.kill()
  const patience = { timeout: 50_000, interval: 50 }
  expect(await vi.waitFor(() => limiter.limit('full'), patience)).toMatchObject({ allowed: false, source: 'store' })
  expect(await limiter.limit('new')).toMatchObject({ allowed: true, remaining: 2, source: 'store' })
  expect(await replica?.command('ROLE')).toContain('master')
  expect(await replica?.command('DBSIZE')).toBe(2)
})
