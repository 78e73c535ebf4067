import { IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore, recommendedOptions as nodeRedisOptions } from '@rl/node-redis'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { describe, expect, test } from 'vitest'
import { DROPS_REJECTED_CALLS } from '../client-version.ts'
import { FAKES, refusalOf } from './adapters.ts'

const lazy = { lazyConnect: true }
const redis = (options: object) => new Redis({ ...lazy, ...options })
const cluster = (options: object) => new Cluster([{ port: 7000 }], { ...lazy, ...options })
const upstash = (options: object) => new UpstashRedis({ url: 'http://127.0.0.1:8079', token: 'secret', ...options })
const sentinel = (options: object) =>
  createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }], ...options })
const quiet = { clientRetries: 'allow' } as const

test.each([
  ['ioredis', new IoredisStore(redis(recommendedOptions)), 3, false, 'ioredis'],
  ['ioredis by default', new IoredisStore(redis({}), quiet), 3, true, 'ioredis'],
  ['an ioredis Cluster', new IoredisStore(cluster(recommendedClusterOptions)), 1, false, 'ioredis cluster'],
  ['an ioredis Cluster by default', new IoredisStore(cluster({}), quiet), 1, true, 'ioredis cluster'],
  ['node-redis', new NodeRedisStore(createClient()), 3, false, 'node-redis'],
  ['a pool', new NodeRedisStore(createClientPool()), 3, false, 'node-redis'],
  ['a node-redis cluster', new NodeRedisStore(createCluster({ rootNodes: [] })), 1, false, 'node-redis cluster'],
  ['a Sentinel', new NodeRedisStore(sentinel(nodeRedisOptions)), 3, !DROPS_REJECTED_CALLS, 'node-redis sentinel'],
  ['a Sentinel by default', new NodeRedisStore(sentinel({}), quiet), 3, true, 'node-redis sentinel'],
  ['Upstash', new UpstashStore(upstash(upstashOptions)), 1, false, 'upstash'],
  ['Upstash by default', new UpstashStore(upstash({}), quiet), 1, true, 'upstash'],
])('what a store over %s says of itself', (_, { capabilities }, parallelism, resends, label) => {
  expect(capabilities).toMatchObject({ parallelism, resends, label })
})

describe.each(FAKES)('over $name', ({ open, library }) => {
  const never = async (): Promise<unknown> => 'no reply'

  test('a label of your own', () => {
    expect(open(never, { label: 'sessions' }).capabilities?.label).toBe('sessions')
    for (const label of ['', 'x'.repeat(65), 5]) {
      expect(refusalOf(() => open(never, { label: label as string }))).toMatchObject({ option: 'label' })
    }
  })

  test('an unknown option is refused with a suggestion, also one of another adapter', () => {
    expect(refusalOf(() => open(never, { prefixx: 'a' } as object)).message).toContain('did you mean prefix?')
    if (library === 'upstash') expect(() => open(never, { hashTags: 3 })).toThrow('unknown option "hashTags"')
    expect(() => open(never, null as never)).toThrow('options must be a plain object, received null')
  })
})

test.each([
  ['ioredis', redis(recommendedOptions), IoredisStore],
  ['node-redis', createClient(), NodeRedisStore],
  ['Upstash', upstash(upstashOptions), UpstashStore],
] as const)(
  "stores over one client of %s share their limiters' commands, unless their keys differ",
  (_, client, Store) => {
    const sharedBy = (options: object, over: unknown = client) =>
      new (Store as unknown as new (client: unknown, options: object) => IoredisStore)(over, options).capabilities
        ?.sharedBy
    const first = sharedBy({})
    expect(first).toBeTypeOf('object')
    expect(sharedBy({ prefix: 'rl:', label: 'other', clientRetries: 'allow' })).toBe(first)
    expect(sharedBy({ prefix: 'shop:' })).not.toBe(first)
    expect(sharedBy({ prefix: 'shop:' })).toBe(sharedBy({ prefix: 'shop:' }))
    if (Store !== UpstashStore) {
      expect(sharedBy({ hashTags: 3 })).not.toBe(first)
      expect(sharedBy({ hashTags: 3 })).toBe(sharedBy({ hashTags: 3 }))
    }
  },
)

test('stores over two clients share nothing', () => {
  const [one, other] = [redis(recommendedOptions), redis(recommendedOptions)].map((client) => new IoredisStore(client))
  expect(one?.capabilities?.sharedBy).not.toBe(other?.capabilities?.sharedBy)
})
