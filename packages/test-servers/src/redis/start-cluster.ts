import { isArray, type RespValue } from '../resp/resp.ts'
import { freeClusterPort } from './free-port.ts'
import { orStop, startTogether, stopTogether } from './group.ts'
import { launchOnFreePort, type RedisServer } from './launch.ts'
import { poll } from './poll.ts'
import { PROMPT_REPLICATION, untilInSync } from './replication.ts'
import { inMemory } from './start-redis.ts'

const SLOTS = 16_384

/** Options of {@link startCluster}. */
export interface ClusterOptions {
  /** How many masters share the slots, in equal ranges. Default: 3. */
  masters?: number
  /** How many replicas each master has. Default: 0. */
  replicas?: number
  /**
   * After how many milliseconds of silence a node counts as failed. Default: 15000, so that a busy machine does not make one
   * fail. For a test of failovers: 1000 or 2000.
   */
  nodeTimeoutMs?: number
}

/** A running Redis Cluster. */
export interface RedisCluster {
  /** The masters, in the order of their slots, and then the replicas, those of the first master first. */
  readonly nodes: readonly RedisServer[]
  readonly ports: readonly number[]
  /** Such as `redis://127.0.0.1:6379`, one for each node. */
  readonly urls: readonly string[]
  /** Stops all nodes. Calling it again does nothing. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a real Redis Cluster on 127.0.0.1 and resolves once every node serves all slots and every replica is in sync.
 * That takes about two seconds: a new master of a cluster refuses to serve before.
 *
 * @example
 * const cluster = await startCluster({ masters: 3 })
 * const client = new Redis.Cluster(cluster.ports.map((port) => ({ host: '127.0.0.1', port }))) // of ioredis
 * await cluster.stop()
 */
export async function startCluster(options: ClusterOptions = {}): Promise<RedisCluster> {
  const { masters: masterCount = 3, replicas: replicasEach = 0, nodeTimeoutMs = 15_000 } = options
  const nodes = await startTogether(masterCount * (1 + replicasEach), () => startNode(nodeTimeoutMs))
  const masters = nodes.slice(0, masterCount)
  const replicas = nodes.slice(masterCount)
  return orStop(nodes, async () => {
    await Promise.all(masters.map((master, index) => assignSlots(master, index, masterCount)))
    await Promise.all(nodes.map((node, index) => meet(node, nodes.slice(index + 1))))
    await Promise.all(replicas.map((replica, index) => replicate(replica, masters[Math.floor(index / replicasEach)])))
    await Promise.all(nodes.map((node) => untilComplete(node, nodes.length, replicasEach)))
    await Promise.all(replicas.map(untilInSync))
    return describe(nodes)
  })
}

function describe(nodes: readonly RedisServer[]): RedisCluster {
  const stop = (): Promise<void> => stopTogether(nodes)
  return {
    nodes,
    ports: nodes.map(({ port }) => port),
    urls: nodes.map(({ url }) => url),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function startNode(nodeTimeoutMs: number): Promise<RedisServer> {
  return launchOnFreePort(
    (port, directory) => [
      ...inMemory(port, directory),
      ...PROMPT_REPLICATION,
      ...['--cluster-enabled', 'yes'],
      ...['--cluster-node-timeout', `${nodeTimeoutMs}`],
      ...['--cluster-announce-ip', '127.0.0.1'],
      // A replica may take over even if it never was in sync, or not for long: on a busy machine a test can't tell.
      ...['--cluster-replica-validity-factor', '0'],
    ],
    { freePort: () => freeClusterPort() },
  )
}

async function assignSlots(master: RedisServer, index: number, masterCount: number): Promise<void> {
  // Distinct epochs from the start spare the nodes from negotiating them.
  await master.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
  const first = Math.floor((SLOTS * index) / masterCount)
  const last = Math.floor((SLOTS * (index + 1)) / masterCount) - 1
  // One by one: Redis 6.2 does not know ADDSLOTSRANGE.
  const slots = Array.from({ length: last - first + 1 }, (_, offset) => first + offset)
  await master.command('CLUSTER', 'ADDSLOTS', ...slots)
}

/** Every pair meets, as word of mouth takes seconds. */
async function meet(node: RedisServer, others: readonly RedisServer[]): Promise<void> {
  for (const other of others) {
    await node.command('CLUSTER', 'MEET', '127.0.0.1', other.port)
  }
}

async function replicate(replica: RedisServer, master: RedisServer | undefined): Promise<void> {
  if (master === undefined) throw new Error('A replica has no master')
  const masterId = String(await master.command('CLUSTER', 'MYID'))
  await poll(`the node on port ${replica.port} to know its master`, async () =>
    String(await replica.command('CLUSTER', 'NODES')).includes(masterId) ? true : undefined,
  )
  await replica.command('CLUSTER', 'REPLICATE', masterId)
}

async function untilComplete(node: RedisServer, nodeCount: number, replicasEach: number): Promise<void> {
  await poll(`the cluster node on port ${node.port} to serve all slots`, async () => {
    const info = String(await node.command('CLUSTER', 'INFO'))
    if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${nodeCount}\r\n`)) return undefined
    return servesAllSlots(await node.command('CLUSTER', 'SLOTS'), replicasEach) ? true : undefined
  })
}

/** Whether the reply to CLUSTER SLOTS covers all slots, each range with a master and all its replicas. */
function servesAllSlots(ranges: RespValue, replicasEach: number): boolean {
  let covered = 0
  for (const range of isArray(ranges) ? ranges : []) {
    if (!isArray(range) || range.length !== 3 + replicasEach) return false
    covered += Number(range[1]) - Number(range[0]) + 1
  }
  return covered === SLOTS
}
