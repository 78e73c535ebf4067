import { stopTogether } from '../redis/group.ts'
import type { RedisServer } from '../redis/launch.ts'
import { ReplyError, type RespArgument, type RespValue } from '../resp/resp.ts'

/** A counter as the conformance suite names it: that of one scope, identifier and window. */
export interface HarnessCounter<Window> {
  readonly scope: string
  readonly id: string
  readonly window: Window
}

/** A store with its own client. */
export interface StoreConnection<Store> {
  readonly store: Store
  close(): unknown
}

/** The part of an adapter that {@link redisHarness} needs. */
export interface RedisHarnessSettings<Store, Window> {
  /** The servers that hold the counters: one, or the masters of a Cluster. */
  readonly nodes: readonly RedisServer[]
  /** The key that holds the counters of an identifier. */
  keyOf(counter: { readonly scope: string; readonly id: string }): string
  /** `counterName` of `@rl/core`, by which a value names its windows. */
  nameOf(window: Window): string
  connect(): Promise<StoreConnection<Store>> | StoreConnection<Store>
  /** Stops what stands between the clients and the nodes. */
  stop?(): Promise<void>
}

/** A harness of `@rl/conformance`, for a store that keeps its counters in Redis under the default prefix. */
export interface RedisHarness<Store, Window> {
  connect(): Promise<Store>
  keys(): Promise<number>
  expiresInMs(counter: HarnessCounter<Window>): Promise<number | undefined>
  poison(counter: HarnessCounter<Window>, how: 'wrong type' | 'not a number'): Promise<void>
  loseExpiry(counter: HarnessCounter<Window>): Promise<void>
  forgetScripts(): Promise<void>
  /** Closes all connections and stops the nodes. */
  close(): Promise<void>
}

/**
 * The conformance suite looks and tampers past the clients, over connections of the servers: the same for all Redis adapters.
 *
 * @example
 * describeCounterStore('IoredisStore', async () => {
 *   const server = await startRedis()
 *   const connect = () => {
 *     const redis = new Redis(server.port)
 *     return { store: new IoredisStore(redis), close: () => redis.disconnect() }
 *   }
 *   const keyOf = (counter) => redisKey('rl:', counterKey(counter))
 *   return redisHarness({ nodes: [server], keyOf, nameOf: counterName, connect })
 * })
 */
export function redisHarness<Store, Window>(
  settings: RedisHarnessSettings<Store, Window>,
): RedisHarness<Store, Window> {
  const { nodes, keyOf, nameOf } = settings
  const connections: StoreConnection<Store>[] = []
  const everywhere = (...args: RespArgument[]): Promise<RespValue[]> =>
    Promise.all(nodes.map((node) => node.command(...args)))

  return {
    connect: async () => {
      const connection = await settings.connect()
      connections.push(connection)
      return connection.store
    },
    keys: async () => {
      // Not DBSIZE: it counts expired keys until Redis removes them.
      const keys = await everywhere('KEYS', 'rl:*')
      return keys.flat().length
    },
    expiresInMs: async (counter) => {
      const key = keyOf(counter)
      // A list in its place, which a case may have put there, has an expiry too.
      const value = await onOwner(nodes, 'GET', key).catch(() => undefined)
      const isOthers =
        typeof value === 'string' && value.startsWith('1;') && !value.includes(`;${nameOf(counter.window)}=`)
      if (isOthers) return undefined
      const ttl = Number(await onOwner(nodes, 'PTTL', key))
      if (ttl === -2) return undefined
      return ttl === -1 ? Number.POSITIVE_INFINITY : ttl
    },
    poison: async (counter, how) => {
      const key = keyOf(counter)
      if (how === 'not a number') return must(await onOwner(nodes, 'SET', key, 'junk', 'XX', 'KEEPTTL'), 'OK')
      const expiresInMs = Number(await onOwner(nodes, 'PTTL', key))
      must(await onOwner(nodes, 'DEL', key), 1)
      must(await onOwner(nodes, 'RPUSH', key, 'junk'), 1)
      if (expiresInMs > 0) must(await onOwner(nodes, 'PEXPIRE', key, expiresInMs), 1)
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
