import { FixedWindowRateLimiter } from '@rl/core'
import { type RedisSentinel, startSentinel } from '@rl/test-servers'
import { createSentinel } from 'redis'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { NodeRedisStore, recommendedOptions } from '../src/index.ts'

let setup: RedisSentinel
let close: () => unknown = () => {}
beforeEach(async () => {
  setup = await startSentinel({ replicas: 1, sentinels: 1, downAfterMs: 1500 })
})
afterEach(async () => {
  await close()
  await setup?.stop()
})

async function connect(options: { RESP: 2 | 3; maxCommandRediscovers?: number }): Promise<NodeRedisStore> {
  const sentinelRootNodes = setup.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }))
  const sentinel = createSentinel({ ...options, name: setup.name, sentinelRootNodes })
  // The test sees errors through the calls that fail by them.
  sentinel.on('error', () => {})
  close = () => sentinel.destroy()
  await sentinel.connect()
  // The default options are among those tested.
  return new NodeRedisStore(sentinel, { clientRetries: 'allow' })
}

test.each([
  ['recommended options, RESP 2', { ...recommendedOptions, RESP: 2 }],
  ['recommended options, RESP 3', { ...recommendedOptions, RESP: 3 }],
  ['default options', { RESP: 3 }],
] as const)('%s: the limiter works, and again after a failover, with the counts it had', async (_, options) => {
  const store = await connect(options)
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
