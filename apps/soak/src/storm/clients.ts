import type { CounterStore } from '@rl/core'
import { IoredisStore, recommendedClusterOptions, recommendedOptions as recommendedIoredisOptions } from '@rl/ioredis'
import { NodeRedisStore, recommendedOptions as recommendedNodeRedisOptions } from '@rl/node-redis'
import type { FaultProxy, UpstashRestServer } from '@rl/test-servers'
import { recommendedOptions as recommendedUpstashOptions, UpstashStore } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'

/** A store and its client, under the options that its adapter recommends. */
export interface Client {
  readonly store: CounterStore
  close(): void
}

const HOST = '127.0.0.1'

/** A proxy in front of a node of a Cluster. */
export interface ProxiedNode {
  /** The node's own port, which it tells its clients. */
  readonly port: number
  readonly proxy: FaultProxy
}

export async function openIoredis({ port }: { port: number }): Promise<Client> {
  const redis = new Redis({ ...recommendedIoredisOptions, host: HOST, port })
  redis.on('error', ignore)
  return { store: new IoredisStore(redis), close: () => redis.disconnect() }
}

export async function openIoredisCluster(nodes: readonly ProxiedNode[]): Promise<Client> {
  const natMap = Object.fromEntries(
    nodes.map(({ port, proxy }) => [`${HOST}:${port}`, { host: HOST, port: proxy.port }]),
  )
  const cluster = new Cluster(addressesOf(nodes), { ...recommendedClusterOptions, natMap })
  cluster.on('error', ignore)
  return { store: new IoredisStore(cluster, { hashTags: 3 * nodes.length }), close: () => cluster.disconnect() }
}

export async function openNodeRedis({ port }: { port: number }): Promise<Client> {
  const client = createClient({ ...recommendedNodeRedisOptions, url: `redis://${HOST}:${port}` })
  client.on('error', ignore)
  await client.connect()
  return { store: new NodeRedisStore(client), close: () => client.destroy() }
}

export async function openNodeRedisCluster(nodes: readonly ProxiedNode[]): Promise<Client> {
  const cluster = createCluster({
    ...recommendedNodeRedisOptions,
    rootNodes: addressesOf(nodes).map((socket) => ({ socket })),
    nodeAddressMap: (address) => {
      const node = nodes.find(({ port }) => address === `${HOST}:${port}`)
      return node && { host: HOST, port: node.proxy.port }
    },
  })
  cluster.on('error', ignore)
  await cluster.connect()
  return { store: new NodeRedisStore(cluster, { hashTags: 3 * nodes.length }), close: () => cluster.destroy() }
}

export async function openUpstash({ url }: { url: string }, { token }: UpstashRestServer): Promise<Client> {
  const redis = new UpstashRedis({ ...recommendedUpstashOptions, url, token, enableTelemetry: false })
  return { store: new UpstashStore(redis), close: ignore }
}

function addressesOf(nodes: readonly ProxiedNode[]): { host: string; port: number }[] {
  return nodes.map(({ proxy }) => ({ host: HOST, port: proxy.port }))
}

/** Connections are broken on purpose; each call reports its failure itself. */
function ignore(): void {}
