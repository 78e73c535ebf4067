import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isArray } from '../resp/resp.ts'
import { orStop, startTogether, stopTogether } from './group.ts'
import { launchOnFreePort, type RedisServer } from './launch.ts'
import { poll } from './poll.ts'
import { PROMPT_REPLICATION, untilInSync } from './replication.ts'
import { startRedis } from './start-redis.ts'

const NAME = 'main'

/** Options of {@link startSentinel}. */
export interface SentinelOptions {
  /** How many replicas the master has. Default: 1. */
  replicas?: number
  /** How many sentinels watch it. Any one of them may call a failover; a majority must agree. Default: 1. */
  sentinels?: number
  /**
   * After how many milliseconds of silence a sentinel takes the master for down. Default: 30000, so that a busy machine does
   * not cause a failover. For a test of failovers: 500 to 2000.
   */
  downAfterMs?: number
}

/** A master, its replicas and the sentinels that watch them. */
export interface RedisSentinel {
  /** The master at the start; after a failover it is one of `replicas`. */
  readonly master: RedisServer
  readonly replicas: readonly RedisServer[]
  readonly sentinels: readonly RedisServer[]
  /** The name that the sentinels know the master by. */
  readonly name: 'main'
  /** Stops everything. Calling it again does nothing. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a master, replicas and sentinels on 127.0.0.1, and resolves once every replica is in sync and every sentinel
 * knows the master, all its replicas and all other sentinels.
 *
 * @example
 * const { name, sentinels, stop } = await startSentinel()
 * const client = new Redis({ name, sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })) }) // ioredis
 * await stop()
 */
export async function startSentinel(options: SentinelOptions = {}): Promise<RedisSentinel> {
  const { replicas: replicaCount = 1, sentinels: sentinelCount = 1, downAfterMs = 30_000 } = options
  const master = await startRedis({ args: PROMPT_REPLICATION })
  const replicas = await orStop([master], () => startTogether(replicaCount, () => startReplica(master)))
  const sentinels = await orStop([master, ...replicas], async () => {
    // A sentinel that starts later than that sees them at once, instead of ten seconds later.
    await Promise.all(replicas.map(untilInSync))
    return startTogether(sentinelCount, () => startOneSentinel(master, downAfterMs))
  })
  const all = [...sentinels, ...replicas, master]
  await orStop(all, () => Promise.all(sentinels.map((each) => untilItKnows(each, replicaCount, sentinelCount))))
  const stop = (): Promise<void> => stopTogether(all)
  return { master, replicas, sentinels, name: NAME, stop, [Symbol.asyncDispose]: stop }
}

function startReplica(master: RedisServer): Promise<RedisServer> {
  return startRedis({ args: [...PROMPT_REPLICATION, '--replicaof', '127.0.0.1', `${master.port}`] })
}

function startOneSentinel(master: RedisServer, downAfterMs: number): Promise<RedisServer> {
  return launchOnFreePort(async (port, directory) => {
    // A sentinel keeps its state in its configuration file, so it will not start without one.
    const file = join(directory, 'sentinel.conf')
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir "${directory}"`,
      `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
      `sentinel failover-timeout ${NAME} 10000`,
    ]
    await writeFile(file, `${lines.join('\n')}\n`)
    return [file, '--sentinel']
  })
}

async function untilItKnows(sentinel: RedisServer, replicaCount: number, sentinelCount: number): Promise<void> {
  await poll(`the sentinel on port ${sentinel.port} to know everybody`, async () => {
    const master = String(await sentinel.command('SENTINEL', 'MASTER', NAME))
    const knowsOthers = master.includes(`,num-other-sentinels,${sentinelCount - 1},`)
    const replicas = await sentinel.command('SENTINEL', 'REPLICAS', NAME)
    const inSync = isArray(replicas) ? replicas.filter((each) => String(each).includes(',master-link-status,ok,')) : []
    return knowsOthers && inSync.length === replicaCount ? true : undefined
  })
}
