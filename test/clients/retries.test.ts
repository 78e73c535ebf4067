import { type IoredisClient, IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { type NodeRedisClient, NodeRedisStore, recommendedOptions as nodeRedisOptions } from '@rl/node-redis'
import { type UpstashClient, UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Redis as CloudflareRedis } from '@upstash/redis/cloudflare'
import { Redis as FastlyRedis } from '@upstash/redis/fastly'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { afterEach, expect, test, vi } from 'vitest'
import { DROPS_REJECTED_CALLS } from '../client-version.ts'
import { refusalOf } from './adapters.ts'

type Choice = 'warn' | 'throw' | 'allow' | undefined
type Open = (clientRetries?: Choice) => unknown

const ioredis =
  (client: IoredisClient): Open =>
  (clientRetries) =>
    new IoredisStore(client, { clientRetries })
const nodeRedis =
  (client: NodeRedisClient): Open =>
  (clientRetries) =>
    new NodeRedisStore(client, { clientRetries })
const overUpstash =
  (client: UpstashClient): Open =>
  (clientRetries) =>
    new UpstashStore(client, { clientRetries })

const redis = (options: object): Open => ioredis(new Redis({ lazyConnect: true, password: 'secret', ...options }))
const cluster = (options: object): Open =>
  ioredis(new Cluster([{ port: 7000 }], { lazyConnect: true, redisOptions: { password: 'secret' }, ...options }))
const newSentinel = (options: object) =>
  createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }], ...options })
const sentinel = (options: object): Open => nodeRedis(newSentinel(options))
const at = { url: 'http://127.0.0.1:8079', token: 'secret' }
const upstash = (options: object): Open => overUpstash(new UpstashRedis({ ...at, ...options }))

const retryStrategy = (attempt: number): number => attempt
const send = async (): Promise<unknown> => 'reply'

const CAREFUL_SENTINELS: readonly [string, Open][] = [
  ['a Sentinel, recommended options', sentinel(nodeRedisOptions)],
  [
    'a Sentinel, recommended options, with a type mapping',
    nodeRedis(newSentinel({ ...nodeRedisOptions, RESP: 2 }).withTypeMapping({})),
  ],
]
const RESENDS = ['maxCommandRediscovers 16 or unknown', 'createSentinel({ ...recommendedOptions'] as const
const RUNS_REJECTED_CALLS = [
  'a node-redis Sentinel with a version of redis before 6.2.1',
  'redis 6.2.1 or later',
] as const

/** The setting by which each sends again, as its store says it, and what to use instead. */
const RETRYING: readonly (readonly [string, Open, string, string])[] = [
  ['ioredis by default', redis({}), 'an ioredis Redis with maxRetriesPerRequest 20', '{ maxRetriesPerRequest: 0 }'],
  ['ioredis, one retry', redis({ maxRetriesPerRequest: 1 }), 'maxRetriesPerRequest 1', 'recommendedOptions'],
  [
    'ioredis, endless retries',
    redis({ maxRetriesPerRequest: null }),
    'maxRetriesPerRequest null',
    'recommendedOptions',
  ],
  [
    'ioredis with Sentinels',
    redis({ sentinels: [{ port: 26379 }], name: 'main' }),
    'maxRetriesPerRequest 20',
    'recommendedOptions',
  ],
  [
    'an ioredis Cluster by default',
    cluster({}),
    'an ioredis Cluster with retryDelayOnFailover 100',
    'recommendedClusterOptions',
  ],
  [
    'an ioredis Cluster whose nodes connect again',
    cluster({ retryDelayOnFailover: 0, clusterNodeRetryStrategy: retryStrategy }),
    'clusterNodeRetryStrategy and maxRetriesPerRequest 20',
    'recommendedClusterOptions',
  ],
  ['a Sentinel by default', sentinel({}), ...(DROPS_REJECTED_CALLS ? RESENDS : RUNS_REJECTED_CALLS)],
  [
    'a Sentinel with its own 0',
    sentinel({ maxCommandRediscovers: 0 }),
    ...(DROPS_REJECTED_CALLS ? RESENDS : RUNS_REJECTED_CALLS),
  ],
  ...(DROPS_REJECTED_CALLS ? [] : CAREFUL_SENTINELS.map((each) => [...each, ...RUNS_REJECTED_CALLS] as const)),
  [
    'a Sentinel of an older node-redis',
    nodeRedis({
      acquire: send,
      commandOptions: nodeRedisOptions.commandOptions,
      evalSha: send,
      eval: send,
    } as object as NodeRedisClient),
    ...RUNS_REJECTED_CALLS,
  ],
  // Where @upstash/redis keeps this is no public matter: a new version that hides it shows here.
  ['Upstash by default', upstash({}), 'an @upstash/redis Redis with 5 retries', '{ retry: { retries: 0 } }'],
  ['Upstash, retry: false, which still sends twice', upstash({ retry: false }), '1 retries', 'recommendedOptions'],
  ['Upstash without automatic pipelining', upstash({ enableAutoPipelining: false }), '5 retries', 'recommendedOptions'],
  ['Upstash for Cloudflare', overUpstash(new CloudflareRedis(at)), '5 retries', 'recommendedOptions'],
  [
    'Upstash for Fastly',
    overUpstash(new FastlyRedis({ ...at, backend: 'upstash' })),
    '5 retries',
    'recommendedOptions',
  ],
]

const CAREFUL: readonly [string, Open][] = [
  ['ioredis, recommended options', redis(recommendedOptions)],
  ['ioredis, no resending', redis({ autoResendUnfulfilledCommands: false })],
  ['ioredis, no reconnecting', redis({ retryStrategy: null })],
  ['a wrapper of ioredis', ioredis({ isCluster: false, evalsha: send, eval: send })],
  ['an ioredis Cluster, recommended options', cluster(recommendedClusterOptions)],
  [
    'an ioredis Cluster, recommended options, nodes that connect again',
    cluster({ ...recommendedClusterOptions, clusterNodeRetryStrategy: retryStrategy }),
  ],
  ['node-redis', nodeRedis(createClient())],
  ['a node-redis pool', nodeRedis(createClientPool())],
  ['a node-redis cluster', nodeRedis(createCluster({ rootNodes: [] }))],
  ['a wrapper of node-redis', nodeRedis({ evalSha: send, eval: send })],
  ...(DROPS_REJECTED_CALLS ? CAREFUL_SENTINELS : []),
  ['Upstash, recommended options', upstash(upstashOptions)],
  [
    'Upstash, recommended options, no automatic pipelining',
    upstash({ ...upstashOptions, enableAutoPipelining: false }),
  ],
  ['Upstash for Cloudflare, recommended options', overUpstash(new CloudflareRedis({ ...at, ...upstashOptions }))],
  ['a wrapper of Upstash', overUpstash({ evalsha: send, eval: send })],
]

const warn = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => {})
afterEach(() => warn.mockClear())

test.each(RETRYING)('%s sends again: the store names the setting and what to use', (_, open, setting, remedy) => {
  const { option, message } = refusalOf(() => open('throw'))
  expect(option).toBe('client')
  expect(message).toContain('client must be one that sends no command again')
  expect(message).toContain(setting)
  expect(message).toContain(remedy)
  expect(warn).not.toHaveBeenCalled()
})

test.each(CAREFUL)('%s sends nothing again', (_, open) => {
  open('throw')
  open('warn')
  expect(warn).not.toHaveBeenCalled()
})

test.each(RETRYING)("%s: 'allow' says nothing", (_, open) => {
  open('allow')
  expect(warn).not.toHaveBeenCalled()
})

test('by default a store warns once for each setting, without URL, password or token', () => {
  for (let i = 0; i < 3; i++) for (const [, open] of RETRYING) open()
  const texts = warn.mock.calls.map(String)
  for (const [, , setting, remedy] of RETRYING) {
    expect(texts.filter((text) => text.includes(setting) && text.includes(remedy)).length).toBeGreaterThan(0)
  }
  expect(new Set(texts).size).toBe(texts.length)
  for (const text of texts) {
    expect(text).toMatch(/^@rl: .* can be charged.* Use .*\{ clientRetries: 'allow' \} \(shown once per process\)\.$/)
    expect(text).not.toMatch(/secret|8079/)
  }
})

test.each(['deny', true, null])('clientRetries: %s is no choice', (choice) => {
  for (const [, open] of CAREFUL) {
    expect(refusalOf(() => open(choice as Choice)).message).toContain(
      "clientRetries must be 'warn' or 'throw' or 'allow'",
    )
  }
})

test('a runtime without a console is no obstacle', () => {
  vi.stubGlobal('console', undefined)
  try {
    redis({ maxRetriesPerRequest: 7 })()
  } finally {
    vi.unstubAllGlobals()
  }
})

test('clients made of the recommended options of node-redis share nothing that they write to', () => {
  const [one, other] = [7001, 7002].map((port) =>
    createClient({ ...nodeRedisOptions, url: `redis://127.0.0.1:${port}` }),
  )
  expect([one?.options.socket, other?.options.socket]).toMatchObject([{ port: 7001 }, { port: 7002 }])
  expect(nodeRedisOptions.socket).not.toHaveProperty('port')
})
