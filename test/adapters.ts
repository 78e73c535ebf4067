import { type CounterStore, FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { type RedisServer, startCluster, startRedis, startUpstashRest } from '@rl/test-servers'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'

/** A store over one client, and the servers behind it. */
export interface Opened {
  readonly store: CounterStore
  readonly servers: readonly RedisServer[]
  /** HTTP requests so far. */
  requests?(): number
  /** Commands that the client sends now and then by itself. */
  readonly upkeep?: readonly string[]
  /** Closes the client and stops the servers. */
  close(): Promise<void>
}

const silent = (): void => {}

/** For ioredis, as long as the deadline of {@link limiterOver}: a server that a busy machine holds up fails no call. */
export const PATIENCE = { connectTimeout: 10_000, socketTimeout: 10_000 } as const

/** The same for a Cluster. */
export const PATIENT_CLUSTER = {
  slotsRefreshTimeout: 10_000,
  redisOptions: { ...recommendedClusterOptions.redisOptions, ...PATIENCE },
} as const

export const OPEN: Readonly<Record<string, () => Promise<Opened>>> = {
  ioredis: async () => {
    const server = await startRedis()
    const redis = new Redis({ ...recommendedOptions, ...PATIENCE, port: server.port }).on('error', silent)
    return opened(new IoredisStore(redis), [server], () => redis.disconnect())
  },
  'an ioredis Cluster': async () => {
    const { nodes, ports } = await startCluster()
    const seeds = ports.map((port) => ({ host: '127.0.0.1', port }))
    const cluster = new Cluster(seeds, { ...recommendedClusterOptions, ...PATIENT_CLUSTER }).on('error', silent)
    const upkeep = ['client', 'cluster', 'info']
    return { ...opened(new IoredisStore(cluster), nodes, () => cluster.disconnect()), upkeep }
  },
  'node-redis': async () => {
    const server = await startRedis()
    const client = await createClient({ url: server.url }).on('error', silent).connect()
    return opened(new NodeRedisStore(client), [server], () => client.destroy())
  },
  'a node-redis cluster': async () => {
    const { nodes, urls } = await startCluster()
    const cluster = await createCluster({ rootNodes: urls.map((url) => ({ url })) })
      .on('error', silent)
      .connect()
    return opened(new NodeRedisStore(cluster), nodes, () => cluster.destroy())
  },
  Upstash: async () => {
    const server = await startRedis()
    const rest = await startUpstashRest({ redisUrl: server.url })
    const redis = new UpstashRedis({ ...upstashOptions, url: rest.url, token: rest.token })
    return { ...opened(new UpstashStore(redis), [server], rest.stop), requests: () => rest.requests }
  },
}

function opened(store: CounterStore, servers: readonly RedisServer[], closeClient: () => unknown): Opened {
  const close = async (): Promise<void> => {
    await closeClient()
    await Promise.all(servers.map((server) => server.stop()))
  }
  return { store, servers, close }
}

export type Windows = Pick<LimiterOptions, 'limit' | 'window' | 'anchor'> | Required<Pick<LimiterOptions, 'windows'>>

export const ONE_WINDOW: Windows = { limit: 3, window: '365d' }

export const FIVE_WINDOWS: Windows = {
  windows: [
    { limit: 3, window: '365d' },
    { limit: 4, window: '365d', anchor: 'first-hit' },
    { limit: 5, window: '30d', anchor: 'first-hit' },
    { limit: 6, window: '700d' },
    { limit: 7, window: '1400d' },
  ],
}

/** A limiter under its own name. */
export function limiterOver(store: CounterStore, windows: Windows, deadlineMs = 10_000): FixedWindowRateLimiter {
  const name = Math.random().toString(36).slice(2)
  return new FixedWindowRateLimiter({ name, store, deadlineMs, ...windows } as LimiterOptions<'throw'>)
}
