import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { type HashTagOptions, IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore, recommendedOptions as nodeRedisOptions } from '@rl/node-redis'
import {
  type RedisCluster,
  type RedisServer,
  startCluster,
  startRedis,
  startUpstashRest,
  type UpstashRestServer,
} from '@rl/test-servers'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { type RedisConfigNodejs, Redis as UpstashRedis } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, RESP_TYPES } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { FIVE_WINDOWS, limiterOver, ONE_WINDOW, PATIENCE, PATIENT_CLUSTER } from './adapters.ts'
import { PIPELINES_CLUSTERS } from './client-version.ts'

let server: RedisServer
let cluster: RedisCluster
let rest: UpstashRestServer
beforeAll(async () => {
  ;[server, cluster] = await Promise.all([startRedis(), startCluster()])
  rest = await startUpstashRest({ redisUrl: server.url })
})
afterAll(async () => {
  await rest?.stop()
  await Promise.all([server?.stop(), cluster?.stop()])
})

let closeClient: () => unknown = () => {}
afterEach(() => closeClient())

interface IoredisOptions {
  keyPrefix?: string
  stringNumbers?: boolean
  enableAutoPipelining?: boolean
  protocol?: 2 | 3
}

function overIoredis(options: IoredisOptions): CounterStore {
  const redis = new Redis({ ...recommendedOptions, ...PATIENCE, ...options, port: server.port })
  closeClient = () => redis.disconnect()
  return new IoredisStore(redis)
}

type OptionsOfCluster = Omit<IoredisOptions, 'stringNumbers'> & { redisOptions?: IoredisOptions }

function overIoredisCluster(options: OptionsOfCluster, storeOptions?: HashTagOptions): CounterStore {
  const redis = new Cluster(
    cluster.ports.map((port) => ({ host: '127.0.0.1', port })),
    { ...recommendedClusterOptions, ...PATIENT_CLUSTER, ...options },
  )
  closeClient = () => redis.disconnect()
  return new IoredisStore(redis, storeOptions)
}

async function overNodeRedis(RESP: 2 | 3): Promise<CounterStore> {
  const client = await createClient({ ...nodeRedisOptions, RESP, url: server.url }).connect()
  closeClient = () => client.destroy()
  return new NodeRedisStore(client)
}

async function overNodeRedisCluster(RESP: 2 | 3, storeOptions?: HashTagOptions): Promise<CounterStore> {
  const client = await createCluster({
    ...nodeRedisOptions,
    RESP,
    rootNodes: cluster.urls.map((url) => ({ url })),
  }).connect()
  closeClient = () => client.destroy()
  return new NodeRedisStore(client, storeOptions)
}

function overUpstash(options: Partial<RedisConfigNodejs>): CounterStore {
  return new UpstashStore(new UpstashRedis({ ...upstashOptions, ...options, url: rest.url, token: rest.token }))
}

type Case = [string, () => CounterStore | Promise<CounterStore>]

const AUTO_PIPELINED_CLUSTER: Case = [
  'an ioredis Cluster, enableAutoPipelining',
  () => overIoredisCluster({ enableAutoPipelining: true }),
]

describe.each<Case>([
  ['ioredis, keyPrefix', () => overIoredis({ keyPrefix: 'app:' })],
  ['ioredis, keyPrefix with braces', () => overIoredis({ keyPrefix: 'a}{b' })],
  ['ioredis, stringNumbers', () => overIoredis({ stringNumbers: true })],
  ['ioredis, enableAutoPipelining', () => overIoredis({ enableAutoPipelining: true })],
  ['ioredis, protocol 2', () => overIoredis({ protocol: 2 })],
  ['ioredis, protocol 3', () => overIoredis({ protocol: 3 })],
  ['an ioredis Cluster, keyPrefix', () => overIoredisCluster({ keyPrefix: 'app:' })],
  ['an ioredis Cluster, a keyPrefix that chooses the slot', () => overIoredisCluster({ keyPrefix: '{app}:' })],
  ['an ioredis Cluster, stringNumbers', () => overIoredisCluster({ redisOptions: { stringNumbers: true } })],
  ...(PIPELINES_CLUSTERS ? [AUTO_PIPELINED_CLUSTER] : []),
  ['an ioredis Cluster, hashTags', () => overIoredisCluster({}, { hashTags: 5 })],
  ['node-redis, RESP 2', () => overNodeRedis(2)],
  ['node-redis, RESP 3', () => overNodeRedis(3)],
  ['a node-redis cluster, RESP 2', () => overNodeRedisCluster(2)],
  ['a node-redis cluster, RESP 3', () => overNodeRedisCluster(3)],
  ['a node-redis cluster, hashTags', () => overNodeRedisCluster(3, { hashTags: 5 })],
  [
    'node-redis, numbers mapped to strings',
    async () => {
      const client = await createClient({ ...nodeRedisOptions, url: server.url }).connect()
      closeClient = () => client.destroy()
      return new NodeRedisStore(client.withTypeMapping({ [RESP_TYPES.NUMBER]: String }))
    },
  ],
  [
    'node-redis, strings mapped to Buffers',
    async () => {
      const client = await createClient({ ...nodeRedisOptions, url: server.url }).connect()
      closeClient = () => client.destroy()
      return new NodeRedisStore(client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }))
    },
  ],
  [
    'a node-redis cluster, strings mapped to Buffers',
    async () => {
      const rootNodes = cluster.urls.map((url) => ({ url }))
      const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer }
      const commandOptions = { ...nodeRedisOptions.commandOptions, typeMapping }
      const client = await createCluster({ ...nodeRedisOptions, rootNodes, commandOptions }).connect()
      closeClient = () => client.destroy()
      return new NodeRedisStore(client)
    },
  ],
  [
    'a node-redis pool',
    async () => {
      const pool = createClientPool({ ...nodeRedisOptions, url: server.url }, { minimum: 3 })
      await pool.connect()
      closeClient = () => pool.destroy()
      return new NodeRedisStore(pool)
    },
  ],
  ['Upstash, automaticDeserialization off', () => overUpstash({ automaticDeserialization: false })],
  ['Upstash, automaticDeserialization on', () => overUpstash({ automaticDeserialization: true })],
  ['Upstash, enableAutoPipelining off', () => overUpstash({ enableAutoPipelining: false })],
  ['Upstash, enableAutoPipelining on', () => overUpstash({ enableAutoPipelining: true })],
  ['Upstash, responseEncoding off', () => overUpstash({ responseEncoding: false })],
  [
    'Upstash, responseEncoding and automaticDeserialization off',
    () => overUpstash({ responseEncoding: false, automaticDeserialization: false }),
  ],
  ['Upstash, readYourWrites off', () => overUpstash({ readYourWrites: false })],
])('%s:', (_, open) => {
  const everyNode = (...command: string[]) =>
    Promise.all([server, ...cluster.nodes].map(async (node) => ({ node, reply: await node.command(...command) })))

  test('counts, denies, refunds and resets', async () => {
    const limiter = limiterOver(await open(), FIVE_WINDOWS)
    const first = await limiter.limit('id', { cost: 2 })
    const decisions = [first, await limiter.limit('id'), await limiter.limit('id')]
    expect(decisions.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 1],
      [true, 0],
      [false, 0],
    ])
    for (const { windows } of decisions) {
      expect(windows.map(({ resetAt }) => resetAt)).toEqual(first.windows.map(({ resetAt }) => resetAt))
    }
    expect(await limiter.refund(first)).toBe(true)
    expect(await limiter.peek('id')).toMatchObject({ remaining: 2 })
    await limiter.reset('id')
    expect(await limiter.peek('id')).toMatchObject({ remaining: 3 })
  })

  test('many identifiers at once have their own limits, also while the server forgets the script', async () => {
    const limiter = limiterOver(await open(), ONE_WINDOW)
    const ask = (round: number) => Array.from({ length: 100 }, (_, i) => limiter.isAllowed(`${round}: id ${i % 20}`))
    const first = Promise.all(ask(1))
    await everyNode('SCRIPT', 'FLUSH')
    for (const answers of [await first, await Promise.all(ask(2))]) {
      for (let id = 0; id < 20; id++) expect(answers.filter((allowed, i) => allowed && i % 20 === id)).toHaveLength(3)
    }
  })

  test('the largest counts come through to the unit', async () => {
    const limiter = new FixedWindowRateLimiter({
      name: Math.random().toString(36),
      store: await open(),
      limit: Number.MAX_SAFE_INTEGER,
      window: Number.MAX_SAFE_INTEGER,
      anchor: 'first-hit',
      deadlineMs: 10_000,
    })
    const first = await limiter.limit('id', { cost: Number.MAX_SAFE_INTEGER - 3 })
    expect(first).toMatchObject({ allowed: true, remaining: 3, resetAt: Number.MAX_SAFE_INTEGER })
    expect(await limiter.limit('id', { cost: 2 })).toMatchObject({ allowed: true, remaining: 1 })
    expect(await limiter.isAllowed('id', { cost: 2 })).toBe(false)
    expect(await limiter.refund(first)).toBe(true)
    expect(await limiter.peek('id')).toMatchObject({ remaining: Number.MAX_SAFE_INTEGER - 2 })
  })

  test('a counter that holds no count fails its own call alone', async () => {
    const limiter = limiterOver(await open(), ONE_WINDOW)
    await limiter.limit('id')
    for (const { node, reply } of await everyNode('KEYS', `*${limiter.name}:id*`)) {
      for (const key of reply as string[]) await node.command('SET', key, '[1,2]')
    }
    const [poisoned, fine] = await Promise.allSettled([limiter.limit('id'), limiter.limit('other')])
    expect(poisoned).toMatchObject({
      reason: { message: 'the counter holds no count', outcome: 'not-executed' },
    })
    expect(fine).toMatchObject({ value: { allowed: true } })
  })
})
