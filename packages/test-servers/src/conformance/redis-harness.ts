import { setTimeout as sleep } from 'node:timers/promises'
import { stopTogether } from '../redis/group.ts'
import type { RedisServer } from '../redis/launch.ts'
import { ReplyError, type RespArgument, type RespValue } from '../resp/resp.ts'

/** A counter as the conformance suite names it. */
export interface HarnessCounter {
  readonly key: string
  readonly window: { readonly windowMs: number; readonly anchor: 'epoch' | 'first-hit' }
}

/** A store with a client of its own. */
export interface StoreConnection<Store> {
  readonly store: Store
  close(): unknown
}

/** What {@link redisHarness} needs to know of an adapter. */
export interface RedisHarnessSettings<Store> {
  /** The servers that hold the counters: one, or the masters of a Cluster. */
  readonly nodes: readonly RedisServer[]
  /** `redisKey` of `@rl/redis-script`. */
  redisKey(prefix: string, key: string, window: HarnessCounter['window']): string
  connect(): Promise<StoreConnection<Store>> | StoreConnection<Store>
  /** Stops what stands between the clients and the nodes. */
  stop?(): Promise<void>
}

/** A harness of `@rl/conformance`, for a store that keeps its counters in Redis under the default prefix. */
export interface RedisHarness<Store> {
  connect(): Promise<Store>
  passTime(ms: number): Promise<void>
  counters(): Promise<number>
  expiresInMs(counter: HarnessCounter): Promise<number | undefined>
  poison(counter: HarnessCounter, how: 'wrong type' | 'not a number'): Promise<void>
  loseExpiry(counter: HarnessCounter): Promise<void>
  forgetScripts(): Promise<void>
  /** Closes all connections and stops the nodes. */
  close(): Promise<void>
}

const PREFIX = 'rl:'

/**
 * What the conformance suite looks at and tampers with is the same for all Redis adapters: it goes past the clients, over
 * connections of its own.
 *
 * @example
 * describeCounterStore('IoredisStore', async () => {
 *   const server = await startRedis()
 *   const connect = () => {
 *     const redis = new Redis(server.port)
 *     return { store: new IoredisStore(redis), close: () => redis.disconnect() }
 *   }
 *   return redisHarness({ nodes: [server], redisKey, connect })
 * })
 */
export function redisHarness<Store>(settings: RedisHarnessSettings<Store>): RedisHarness<Store> {
  const { nodes, redisKey } = settings
  const connections: StoreConnection<Store>[] = []
  const keyOf = ({ key, window }: HarnessCounter): string => redisKey(PREFIX, key, window)
  const everywhere = (...args: RespArgument[]): Promise<RespValue[]> =>
    Promise.all(nodes.map((node) => node.command(...args)))

  return {
    connect: async () => {
      const connection = await settings.connect()
      connections.push(connection)
      return connection.store
    },
    passTime: (ms) => untilPassed(nodes, ms),
    counters: async () => {
      // Not DBSIZE: it counts keys that have expired until Redis gets round to them.
      const keys = await everywhere('KEYS', `${PREFIX}*`)
      return keys.flat().length
    },
    expiresInMs: async (counter) => {
      const ttl = Number(await onOwner(nodes, 'PTTL', keyOf(counter)))
      if (ttl === -2) return undefined
      return ttl === -1 ? Number.POSITIVE_INFINITY : ttl
    },
    poison: async (counter, how) => {
      const key = keyOf(counter)
      if (how === 'not a number') return must(await onOwner(nodes, 'SET', key, 'junk', 'XX', 'KEEPTTL'), 'OK')
      const expiresAt = Number(await onOwner(nodes, 'PEXPIRETIME', key))
      must(await onOwner(nodes, 'DEL', key), 1)
      must(await onOwner(nodes, 'RPUSH', key, 'junk'), 1)
      if (expiresAt > 0) must(await onOwner(nodes, 'PEXPIREAT', key, expiresAt), 1)
    },
    loseExpiry: async (counter) => must(await onOwner(nodes, 'PERSIST', keyOf(counter)), 1),
    forgetScripts: async () => void (await everywhere('SCRIPT', 'FLUSH')),
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()))
      await settings.stop?.()
      await stopTogether(nodes)
    },
  }
}

/** Runs a command about one key on the node that has its slot. */
async function onOwner(nodes: readonly RedisServer[], ...args: RespArgument[]): Promise<RespValue> {
  for (const node of nodes) {
    try {
      return await node.command(...args)
    } catch (error) {
      if (!(error instanceof ReplyError) || !error.message.startsWith('MOVED')) throw error
    }
  }
  throw new Error(`no node has the key of ${args[0]}`)
}

/** A tampering that did nothing would leave its case with nothing to find. */
function must(reply: RespValue, expected: RespValue): void {
  if (reply !== expected) throw new Error(`Redis answered ${reply} instead of ${expected}`)
}

/** Sleeps until every node's clock has gone on by so much. */
async function untilPassed(nodes: readonly RedisServer[], ms: number): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      const end = (await clockOf(node)) + ms
      await sleep(ms)
      for (let now = await clockOf(node); now < end; now = await clockOf(node)) await sleep(Math.ceil(end - now))
    }),
  )
}

async function clockOf(node: RedisServer): Promise<number> {
  const [seconds, microseconds] = (await node.command('TIME')) as string[]
  return Number(seconds) * 1000 + Number(microseconds) / 1000
}
