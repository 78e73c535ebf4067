import type { CounterStore } from '@rl/core'
import { IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore, recommendedOptions as nodeRedisOptions } from '@rl/node-redis'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster, createSentinel } from 'redis'

/** A store over its own client. */
export interface Connection {
  readonly store: CounterStore
  close(): unknown
}

/** Where a client finds its servers. */
interface Addresses {
  /** Of the server, the Cluster's nodes, or the Sentinels. */
  readonly ports: readonly number[]
  /** The port to connect to instead of the one that a server names. */
  readonly route: (port: number) => number
  /** The wrapper that the store gets instead of the client. */
  readonly wrap: <Client extends object>(client: Client) => Client
  /** More for the connections of ioredis. */
  readonly patience: { readonly socketTimeout?: number }
  /** Of Upstash's REST protocol. */
  readonly rest: { readonly port: number; readonly token: string } | undefined
}

/** How servers are laid out. */
export type Layout = 'single' | 'cluster' | 'sentinel' | 'rest'

interface RedisStoreKind {
  readonly layout: Layout
  connect(addresses: Addresses): Connection | Promise<Connection>
}

// Seen through the calls that fail by them.
const silent = (): void => {}
const local = (port: number) => ({ host: '127.0.0.1', port })

/** All stores over Redis, with the options that their adapters recommend. */
export const REDIS_STORES = {
  ioredis: {
    layout: 'single',
    connect: ({ ports: [port = 0], route, wrap, patience }) => {
      const redis = new Redis({ ...recommendedOptions, ...patience, port: route(port) }).on('error', silent)
      return { store: new IoredisStore(wrap(redis)), close: () => redis.disconnect() }
    },
  },
  'ioredis Cluster': {
    layout: 'cluster',
    connect: ({ ports, route, wrap, patience }) => {
      const nodes = ports.map((port) => local(route(port)))
      const redisOptions = { ...recommendedClusterOptions.redisOptions, ...patience }
      const options = { ...recommendedClusterOptions, redisOptions, natMap: mapped(route) }
      const cluster = new Cluster(nodes, options).on('error', silent)
      return { store: new IoredisStore(wrap(cluster)), close: () => cluster.disconnect() }
    },
  },
  'ioredis Sentinel': {
    layout: 'sentinel',
    connect: ({ ports, route, wrap, patience }) => {
      const sentinels = ports.map(local)
      const options = { ...recommendedOptions, ...patience, name: 'main', sentinels, natMap: mapped(route) }
      const redis = new Redis(options).on('error', silent)
      return { store: new IoredisStore(wrap(redis)), close: () => redis.disconnect() }
    },
  },
  'node-redis': {
    layout: 'single',
    connect: async ({ ports: [port = 0], route, wrap }) => {
      const url = `redis://127.0.0.1:${route(port)}`
      const client = await createClient({ ...nodeRedisOptions, url })
        .on('error', silent)
        .connect()
      return { store: new NodeRedisStore(wrap(client)), close: () => client.destroy() }
    },
  },
  'node-redis cluster': {
    layout: 'cluster',
    connect: async ({ ports, route, wrap }) => {
      const rootNodes = ports.map((port) => ({ url: `redis://127.0.0.1:${route(port)}` }))
      const cluster = await createCluster({ ...nodeRedisOptions, rootNodes, nodeAddressMap: mapped(route) })
        .on('error', silent)
        .connect()
      return { store: new NodeRedisStore(wrap(cluster)), close: () => cluster.destroy() }
    },
  },
  'node-redis sentinel': {
    layout: 'sentinel',
    connect: async ({ ports, route, wrap }) => {
      const sentinelRootNodes = ports.map(local)
      const nodeAddressMap = mapped(route)
      const sentinel = await createSentinel({ ...nodeRedisOptions, name: 'main', sentinelRootNodes, nodeAddressMap })
        .on('error', silent)
        .connect()
      return { store: new NodeRedisStore(wrap(sentinel)), close: () => sentinel.destroy() }
    },
  },
  'Upstash REST': {
    layout: 'rest',
    connect: ({ rest, route, wrap }) => {
      if (rest === undefined) throw new Error('there is no REST server')
      const redis = new UpstashRedis({
        ...upstashOptions,
        url: `http://127.0.0.1:${route(rest.port)}`,
        token: rest.token,
      })
      return { store: new UpstashStore(wrap(redis)), close: silent }
    },
  },
} as const satisfies Readonly<Record<string, RedisStoreKind>>

export type RedisStoreName = keyof typeof REDIS_STORES
export type StoreName = RedisStoreName | PostgresStoreName | 'memory' | 'a store of your own'

/** The clients of PostgreSQL. */
export type PostgresStoreName = 'pg' | 'postgres'

export const ALL_REDIS = Object.keys(REDIS_STORES) as RedisStoreName[]

/** The stores over one of these layouts. */
export function storesOn(...layouts: Layout[]): readonly RedisStoreName[] {
  return ALL_REDIS.filter((name) => layouts.includes(REDIS_STORES[name].layout))
}

function mapped(route: (port: number) => number) {
  return (address: string) => local(route(Number(address.slice(address.lastIndexOf(':') + 1))))
}
