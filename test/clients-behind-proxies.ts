import type { CounterStore } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { type RedisServer, startCluster, startRedis, startSentinel, startUpstashRest } from '@rl/test-servers'
import { UpstashStore } from '@rl/upstash'
import { ValkeyGlideStore } from '@rl/valkey-glide'
import { Redis as UpstashRedis } from '@upstash/redis'
import { GlideClient, GlideClusterClient, Logger } from '@valkey/valkey-glide'
import { Cluster, Redis } from 'ioredis'
import { Cluster as ValkeyCluster, Redis as ValkeyRedis } from 'iovalkey'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'

/** A store over one client, whose commands all go through proxies. */
export interface Opened {
  readonly store: CounterStore
  readonly proxies: readonly CuttingProxy[]
  /** Where the counters are. */
  readonly servers: readonly RedisServer[]
  close(): unknown
}

export type Kind =
  | 'redis'
  | 'cluster'
  | 'sentinel'
  | 'nodeRedis'
  | 'pool'
  | 'nodeRedisCluster'
  | 'nodeRedisSentinel'
  | 'upstash'
  | 'iovalkey'
  | 'iovalkeyCluster'
  | 'glide'
  | 'glideCluster'

export interface ClientsBehindProxies {
  open(kind: Kind, options: object): Promise<Opened>
  stop(): Promise<void>
}

const host = '127.0.0.1'
const silent = (): void => {}

export async function startClientsBehindProxies(): Promise<ClientsBehindProxies> {
  const [server, cluster, sentinels] = await Promise.all([startRedis(), startCluster(), startSentinel()])
  const rest = await startUpstashRest({ redisUrl: server.url })
  const restPort = Number(new URL(rest.url).port)
  const proxies = new Map<number, CuttingProxy>()
  for (const port of [server.port, ...cluster.ports, sentinels.master.port, restPort]) {
    proxies.set(port, await startCuttingProxy(port))
  }
  const proxyOf = (port: number): CuttingProxy => proxies.get(port) as CuttingProxy
  const url = (port: number): string => `redis://${host}:${proxyOf(port).port}`
  // Servers tell their clients where the others are; this leads the clients behind the proxies all the same.
  const addresses = Object.fromEntries(
    Array.from(proxies, ([port, proxy]) => [`${host}:${port}`, { host, port: proxy.port }]),
  )
  const single = { servers: [server], proxies: [proxyOf(server.port)] }
  const sharded = { servers: cluster.nodes, proxies: cluster.ports.map(proxyOf) }
  const watched = { servers: [sentinels.master], proxies: [proxyOf(sentinels.master.port)] }
  const sentinelNodes = sentinels.sentinels.map(({ port }) => ({ host, port }))
  // Some options double charges on purpose.
  const quiet = { clientRetries: 'allow' } as const

  const openers: Record<Kind, (options: object) => Opened | Promise<Opened>> = {
    redis: (options) => {
      const redis = new Redis({ ...options, port: proxyOf(server.port).port }).on('error', silent)
      return { ...single, store: new IoredisStore(redis, quiet), close: () => redis.disconnect() }
    },
    sentinel: (options) => {
      const settings = { name: sentinels.name, sentinels: sentinelNodes, natMap: addresses }
      const redis = new Redis({ ...options, ...settings }).on('error', silent)
      return { ...watched, store: new IoredisStore(redis, quiet), close: () => redis.disconnect() }
    },
    cluster: (options) => {
      const seeds = cluster.ports.map((port) => ({ host, port: proxyOf(port).port }))
      const client = new Cluster(seeds, { ...options, natMap: addresses }).on('error', silent)
      return { ...sharded, store: new IoredisStore(client, quiet), close: () => client.disconnect() }
    },
    nodeRedis: async (options) => {
      const client = createClient({ ...options, url: url(server.port) }).on('error', silent)
      await client.connect()
      return { ...single, store: new NodeRedisStore(client, quiet), close: () => client.destroy() }
    },
    pool: async (options) => {
      const pool = createClientPool({ ...options, url: url(server.port) }).on('error', silent)
      await pool.connect()
      return { ...single, store: new NodeRedisStore(pool, quiet), close: () => pool.destroy() }
    },
    nodeRedisCluster: async (options) => {
      const rootNodes = cluster.ports.map((port) => ({ url: url(port) }))
      const client = createCluster({ ...options, rootNodes, nodeAddressMap: addresses }).on('error', silent)
      await client.connect()
      return { ...sharded, store: new NodeRedisStore(client, quiet), close: () => client.destroy() }
    },
    nodeRedisSentinel: async (options) => {
      const settings = { name: sentinels.name, sentinelRootNodes: sentinelNodes, nodeAddressMap: addresses }
      const client = createSentinel({ ...options, ...settings }).on('error', silent)
      await client.connect()
      return { ...watched, store: new NodeRedisStore(client, quiet), close: () => client.destroy() }
    },
    upstash: (options) => {
      const redis = new UpstashRedis({ ...options, url: `http://${host}:${proxyOf(restPort).port}`, token: rest.token })
      return { servers: [server], proxies: [proxyOf(restPort)], store: new UpstashStore(redis, quiet), close: silent }
    },
    iovalkey: (options) => {
      const redis = new ValkeyRedis({ ...options, port: proxyOf(server.port).port }).on('error', silent)
      return { ...single, store: new IoredisStore(redis, quiet), close: () => redis.disconnect() }
    },
    iovalkeyCluster: (options) => {
      const seeds = cluster.ports.map((port) => ({ host, port: proxyOf(port).port }))
      const client = new ValkeyCluster(seeds, { ...options, natMap: addresses }).on('error', silent)
      return { ...sharded, store: new IoredisStore(client, quiet), close: () => client.disconnect() }
    },
    glide: async (options) => {
      Logger.init('off')
      const addresses = [{ host, port: proxyOf(server.port).port }]
      const client = await GlideClient.createClient({ ...options, addresses })
      return { ...single, store: new ValkeyGlideStore(client, quiet), close: () => client.close() }
    },
    glideCluster: async (options) => {
      Logger.init('off')
      const client = await GlideClusterClient.createClient({
        ...options,
        addresses: cluster.ports.map((port) => ({ host, port })),
        addressResolver: (_, port) => [host, proxies.get(port)?.port ?? port],
      })
      return { ...sharded, store: new ValkeyGlideStore(client, quiet), close: () => client.close() }
    },
  }
  return {
    open: async (kind, options) => openers[kind](options),
    stop: async () => {
      await Promise.all(Array.from(proxies.values(), (proxy) => proxy.down()))
      await rest.stop()
      await Promise.all([server.stop(), cluster.stop(), sentinels.stop()])
    },
  }
}
