import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore, recommendedOptions as nodeRedisOptions } from '@rl/node-redis'
import { type RedisSentinel, startSentinel } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { createSentinel } from 'redis'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let setup: RedisSentinel
let closeClient: () => unknown = () => {}
beforeEach(async () => {
  setup = await startSentinel({ replicas: 1, sentinels: 1, downAfterMs: 1500 })
})
afterEach(async () => {
  await closeClient()
  await setup?.stop()
})

/** The test sees a client's errors through the calls that fail by them. */
const silent = (): void => {}
const addresses = (): { host: string; port: number }[] =>
  setup.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }))

async function overIoredis(): Promise<CounterStore> {
  const redis = new Redis({ ...recommendedOptions, name: setup.name, sentinels: addresses() }).on('error', silent)
  closeClient = () => redis.disconnect()
  return new IoredisStore(redis)
}

async function overNodeRedis(options: object): Promise<CounterStore> {
  const sentinel = createSentinel({ ...options, name: setup.name, sentinelRootNodes: addresses() }).on('error', silent)
  closeClient = () => sentinel.destroy()
  await sentinel.connect()
  // The default options are among those tested.
  return new NodeRedisStore(sentinel, { clientRetries: 'allow' })
}

test.each<[string, () => Promise<CounterStore>]>([
  ['ioredis', overIoredis],
  ['node-redis, RESP 2', () => overNodeRedis({ ...nodeRedisOptions, RESP: 2 })],
  ['node-redis, RESP 3', () => overNodeRedis({ ...nodeRedisOptions, RESP: 3 })],
  ['node-redis by default', () => overNodeRedis({ RESP: 3 })],
])(
  '%s: the limiter works through Sentinels, and again after a failover, with the counts it had',
  async (_, connect) => {
    const store = await connect()
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
  },
)
