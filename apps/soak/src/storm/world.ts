import {
  type FaultKind,
  type FaultProxy,
  type RedisServer,
  startCluster,
  startFaultProxy,
  startRedis,
  startUpstashRest,
} from '@rl/test-servers'
import { Cluster, Redis } from 'ioredis'
import type { Random } from '../random.ts'
import {
  type Client,
  openIoredis,
  openIoredisCluster,
  openNodeRedis,
  openNodeRedisCluster,
  openUpstash,
  type ProxiedNode,
} from './clients.ts'

/** The stores that a storm can use. */
export type StoreKind = 'ioredis' | 'node-redis' | 'upstash' | 'ioredis-cluster' | 'node-redis-cluster'

export const STORE_KINDS: readonly StoreKind[] = [
  'ioredis',
  'node-redis',
  'upstash',
  'ioredis-cluster',
  'node-redis-cluster',
]

/** Servers, and clients that each reach them through a separate proxy. */
export interface World {
  readonly clients: readonly Client[]
  readonly proxies: readonly FaultProxy[]
  readonly servers: readonly RedisServer[]
  /** Past the proxies. */
  readonly direct: Redis | Cluster
  close(): Promise<void>
}

export interface Weather {
  readonly clients: number
  /** Probability of a fault for each command. */
  readonly rate: number
  /** Default: all. */
  readonly kinds?: readonly FaultKind[] | undefined
}

const MASTERS = 3
const MAX_DELAY_MS = 30
const CUT_SILENT_AFTER_MS = 100

/** How many hash tags a store's keys have; undefined if each key has its own. */
export function hashTagsOf(kind: StoreKind): number | undefined {
  return kind.endsWith('cluster') ? 3 * MASTERS : undefined
}

/** Starts everything, without faults for as long as clients connect. */
export async function openWorld(kind: StoreKind, weather: Weather, random: Random): Promise<World> {
  const closers: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer()
    closers.length = 0
  }
  const proxies: FaultProxy[] = []
  const proxy = async (targetPort: number, protocol: 'resp' | 'http'): Promise<FaultProxy> => {
    const kinds = weather.kinds?.filter((fault) => protocol === 'http' || !isHttpOnly(fault))
    const opened = await startFaultProxy({
      targetPort,
      protocol,
      seed: random.integer(0, 0x7fff_ffff),
      rate: 0,
      maxDelayMs: MAX_DELAY_MS,
      cutSilentAfterMs: CUT_SILENT_AFTER_MS,
      ...(kinds && { kinds }),
    })
    proxies.push(opened)
    closers.push(opened.stop)
    return opened
  }
  const proxied = async (servers: readonly RedisServer[]): Promise<readonly ProxiedNode[]> =>
    Promise.all(servers.map(async ({ port }) => ({ port, proxy: await proxy(port, 'resp') })))

  try {
    const { servers, stop, direct } = await openServers(kind)
    closers.push(stop, () => direct.disconnect())
    const [first] = servers
    if (first === undefined) throw new Error('no server was started')
    const rest = kind === 'upstash' ? await startUpstashRest({ redisPort: first.port }) : undefined
    if (rest !== undefined) closers.push(rest.stop)
    const connect = async (): Promise<Client> => {
      if (rest !== undefined) return openUpstash(await proxy(rest.port, 'http'), rest)
      switch (kind) {
        case 'ioredis':
          return openIoredis(await proxy(first.port, 'resp'))
        case 'node-redis':
          return openNodeRedis(await proxy(first.port, 'resp'))
        case 'ioredis-cluster':
          return openIoredisCluster(await proxied(servers))
        case 'node-redis-cluster':
          return openNodeRedisCluster(await proxied(servers))
        default:
          throw new Error(`there is no store ${kind}`)
      }
    }
    const clients: Client[] = []
    for (let n = 0; n < weather.clients; n++) {
      const client = await connect()
      clients.push(client)
      closers.push(() => client.close())
    }
    return { clients, proxies, servers, direct, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openServers(
  kind: StoreKind,
): Promise<{ servers: readonly RedisServer[]; stop: () => Promise<void>; direct: Redis | Cluster }> {
  if (hashTagsOf(kind) === undefined) {
    const server = await startRedis()
    return { servers: [server], stop: server.stop, direct: new Redis(server.port) }
  }
  const { nodes, ports, stop } = await startCluster({ masters: MASTERS })
  return { servers: nodes, stop, direct: new Cluster(ports.map((port) => ({ host: '127.0.0.1', port }))) }
}

function isHttpOnly(fault: FaultKind): boolean {
  return fault.startsWith('status-') || ['truncated-json', 'wrong-encoding', 'empty-body'].includes(fault)
}
