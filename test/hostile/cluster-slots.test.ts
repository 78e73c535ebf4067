import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedClusterOptions } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { type RedisCluster, startCluster } from '@rl/test-servers'
import fc from 'fast-check'
import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { distinctIdentifiers } from './identifiers.ts'

const WINDOWS = [
  { limit: 1, window: '365d' },
  { limit: 2, window: '365d', anchor: 'first-hit' as const },
  { limit: 3, window: '30d', anchor: 'first-hit' as const },
]
const IDS = 1000

let cluster: RedisCluster
let overIoredis: Cluster
let overNodeRedis: Awaited<ReturnType<typeof connectNodeRedis>>
beforeAll(async () => {
  cluster = await startCluster({ masters: 3, nodeTimeoutMs: 30_000 })
  const seeds = cluster.ports.map((port) => ({ host: '127.0.0.1', port }))
  const redisOptions = { ...recommendedClusterOptions.redisOptions, socketTimeout: 30_000 }
  overIoredis = new Cluster(seeds, { ...recommendedClusterOptions, redisOptions })
  overNodeRedis = await connectNodeRedis(cluster.urls)
})
afterAll(async () => {
  overIoredis?.disconnect()
  overNodeRedis?.destroy()
  await cluster?.stop()
})

function connectNodeRedis(urls: readonly string[]) {
  return createCluster({ rootNodes: urls.map((url) => ({ url })) }).connect()
}

/** The keys that each of the three masters holds. */
async function keysOnEach(): Promise<string[][]> {
  return (await Promise.all(cluster.nodes.map((node) => node.command('KEYS', '*')))) as string[][]
}

describe.each<[string, () => CounterStore]>([
  ['ioredis', () => new IoredisStore(overIoredis)],
  ['ioredis, hashTags', () => new IoredisStore(overIoredis, { hashTags: 12 })],
  ['node-redis', () => new NodeRedisStore(overNodeRedis)],
  ['node-redis, hashTags', () => new NodeRedisStore(overNodeRedis, { hashTags: 12 })],
])('in a real Cluster of 3 masters, through %s', (_, open) => {
  test('hostile identifiers never cross slots, nor share a counter', async () => {
    const limiter = new FixedWindowRateLimiter({ name: '}x{', store: open(), windows: WINDOWS, deadlineMs: 60_000 })
    await Promise.all(cluster.nodes.map((node) => node.command('FLUSHALL')))
    const property = fc.asyncProperty(fc.integer(), async (seed) => {
      const ids = distinctIdentifiers(seed, IDS)
      // Each gets its first unit and no second one: each has its own counter.
      expect((await Promise.all(ids.map((id) => limiter.limit(id)))).filter(({ allowed }) => allowed)).toHaveLength(IDS)
      expect((await Promise.all(ids.map((id) => limiter.limit(id)))).filter(({ allowed }) => allowed)).toHaveLength(0)
      const held = await keysOnEach()
      expect(new Set(held.flat()).size).toBe(IDS)
      for (const keys of held) expect(keys.length).toBeGreaterThan(IDS / 6)
      await Promise.all(ids.map((id) => limiter.reset(id)))
      expect((await Promise.all(ids.map((id) => limiter.limit(id)))).filter(({ allowed }) => allowed)).toHaveLength(IDS)
    })
    await fc.assert(property, { numRuns: 1, endOnFailure: true })
  })

  test('an identifier that contains the tag of another lands in its own slot', async () => {
    const limiter = new FixedWindowRateLimiter({ name: 'api', store: open(), windows: WINDOWS, deadlineMs: 60_000 })
    const ids = ['victim', '{api:victim}', '}{api:victim}', 'x}rl:1:{api:victim}', '{}', '}{', '{', '}']
    await Promise.all(cluster.nodes.map((node) => node.command('FLUSHALL')))
    for (const id of ids) expect(await limiter.isAllowed(id)).toBe(true)
    const keys = (await keysOnEach()).flat()
    expect(keys).toHaveLength(ids.length)
    // The one pair of braces in a key is the store's, whatever the identifier holds.
    for (const key of keys) expect(key).toMatch(/^rl:1:\{[^{}]+\}[^{}]*$/)
  })
})
