import type { CounterStore } from '@rl/core'
import { IoredisStore, recommendedClusterOptions, recommendedOptions as recommendedIoredisOptions } from '@rl/ioredis'
import { NodeRedisStore, recommendedOptions as recommendedNodeRedisOptions } from '@rl/node-redis'
import { redisKey } from '@rl/redis-script'
import { type RedisServer, startCluster, startSentinel } from '@rl/test-servers'
import { Cluster, Redis } from 'ioredis'
import { createCluster, createSentinel } from 'redis'

/** The server that takes over when a master is lost. */
export type GroupKind = 'sentinel' | 'cluster'

export const GROUP_KINDS: readonly GroupKind[] = ['sentinel', 'cluster']

export type ClientKind = 'ioredis' | 'node-redis'

/** A master, the replica that is to take its place, and a store whose client looks for the present master. */
export interface Group {
  readonly master: RedisServer
  readonly replica: RedisServer
  readonly store: CounterStore
  /** Whether the master holds the counters of this identifier. */
  holds(name: string, id: string): Promise<boolean>
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const DOWN_AFTER_MS = 600
const NODE_TIMEOUT_MS = 800
const MASTERS = 3
const SLOTS = 16_384

export function openGroup(kind: GroupKind, client: ClientKind): Promise<Group> {
  return kind === 'sentinel' ? openSentinel(client) : openCluster(client)
}

async function openSentinel(client: ClientKind): Promise<Group> {
  const { master, replicas, sentinels, name, stop } = await startSentinel({ downAfterMs: DOWN_AFTER_MS })
  const nodes = addressesOf(sentinels)
  const open = client === 'ioredis' ? sentinelByIoredis : sentinelByNodeRedis
  return complete({ master, replica: replicas[0], stop, open: () => open(name, nodes), holds: async () => true })
}

async function openCluster(client: ClientKind): Promise<Group> {
  const { nodes, stop } = await startCluster({ masters: MASTERS, replicas: 1, nodeTimeoutMs: NODE_TIMEOUT_MS })
  const [master, replica] = [nodes[0], nodes[MASTERS]]
  const open = client === 'ioredis' ? clusterByIoredis : clusterByNodeRedis
  const holds = async (name: string, id: string): Promise<boolean> => {
    const key = redisKey('rl:', `${name}:${id}`)
    return Number(await nodes[1]?.command('CLUSTER', 'KEYSLOT', key)) < Math.floor(SLOTS / MASTERS)
  }
  return complete({ master, replica, stop, open: () => open(addressesOf(nodes)), holds })
}

interface Opened {
  readonly store: CounterStore
  close(): void
}

interface Parts {
  readonly master: RedisServer | undefined
  readonly replica: RedisServer | undefined
  readonly stop: () => Promise<void>
  readonly open: () => Promise<Opened>
  readonly holds: Group['holds']
}

async function complete({ master, replica, stop, open, holds }: Parts): Promise<Group> {
  try {
    if (master === undefined || replica === undefined) throw new Error('a master without a replica was started')
    const { store, close } = await open()
    return {
      master,
      replica,
      store,
      holds,
      close: async () => {
        close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Address {
  host: string
  port: number
}

async function sentinelByIoredis(name: string, sentinels: Address[]): Promise<Opened> {
  const redis = new Redis({ ...recommendedIoredisOptions, name, sentinels })
  redis.on('error', ignore)
  return { store: new IoredisStore(redis), close: () => redis.disconnect() }
}

async function sentinelByNodeRedis(name: string, sentinels: Address[]): Promise<Opened> {
  const sentinel = createSentinel({ ...recommendedNodeRedisOptions, name, sentinelRootNodes: sentinels })
  sentinel.on('error', ignore)
  await sentinel.connect()
  return { store: new NodeRedisStore(sentinel), close: () => sentinel.destroy() }
}

async function clusterByIoredis(nodes: Address[]): Promise<Opened> {
  const cluster = new Cluster(nodes, { ...recommendedClusterOptions })
  cluster.on('error', ignore)
  return { store: new IoredisStore(cluster), close: () => cluster.disconnect() }
}

async function clusterByNodeRedis(nodes: Address[]): Promise<Opened> {
  const cluster = createCluster({ ...recommendedNodeRedisOptions, rootNodes: nodes.map((socket) => ({ socket })) })
  cluster.on('error', ignore)
  await cluster.connect()
  return { store: new NodeRedisStore(cluster), close: () => cluster.destroy() }
}

function addressesOf(servers: readonly RedisServer[]): Address[] {
  return servers.map(({ port }) => ({ host: HOST, port }))
}

/** Each call reports its failure itself. */
function ignore(): void {}
