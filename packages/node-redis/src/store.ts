import { errorMonitor } from 'node:events'
import {
  type Adapter,
  type AdapterOptions,
  AdapterStore,
  type HashTagOptions,
  lastErrorOf,
  lostConnection,
  REDIS_SCRIPT,
  tagsFor,
} from '@rl/redis-script'
import { isSentinel, nodeRedisRetries } from './client-retries.ts'

/** The slice of a node-redis client, cluster, Sentinel or pool that is called. */
export interface NodeRedisClient {
  /** Whether the client was connected, and not closed since. */
  readonly isOpen?: boolean
  /** Whether the client has a connection. A pool does not say, nor does a cluster of node-redis 5. */
  readonly isReady?: boolean
  readonly commandOptions?: object | undefined
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** Options of a {@link NodeRedisStore}. */
export type NodeRedisStoreOptions = AdapterOptions & HashTagOptions

const ADAPTER: Adapter<NodeRedisClient, NodeRedisStoreOptions> = {
  library: 'node-redis',
  accepts: 'a client, pool, cluster or Sentinel of node-redis, such as await createClient({ url }).connect()',
  methods: ['evalSha', 'eval'],
  script: REDIS_SCRIPT,
  parallelism: 3,
  options: ['hashTags'],
  tagsFor,
  traits: (client) => {
    // Clients give their classes no telling names; only a cluster knows its masters.
    const cluster = 'masters' in client
    const kind = cluster ? ' cluster' : isSentinel(client) ? ' sentinel' : ''
    return { cluster, label: `node-redis${kind}`, retries: nodeRedisRetries(client) }
  },
  open: (client) => {
    const lastError = lastErrorOf(client, {
      failures: [errorMonitor, 'node-error'],
      recoveries: ['ready', 'node-ready'],
    })
    // A Sentinel is ready while its master is not, and looks for the master only when a command comes.
    const showsConnection = !isSentinel(client)

    /** Rejects a call that would wait in the client's queue; undefined for one to be sent. */
    const refuse = (): Promise<never> | undefined => {
      if (!showsConnection || (client.isReady !== false && client.isOpen !== false)) return undefined
      return lostConnection(client.isOpen !== false, lastError())
    }
    return {
      evalsha: (sha, keys, args) => refuse() ?? client.evalSha(sha, { keys, arguments: args }),
      eval: (text, keys, args) => refuse() ?? client.eval(text, { keys, arguments: args }),
      lastError,
    }
  },
}

/**
 * Counters in Redis through node-redis (`redis`) 5 or later: `createClient`, `createClientPool`, `createCluster` or
 * `createSentinel`. The client stays yours: connect it before the first call, configure and close it as you like, best with
 * {@link recommendedOptions}. While it is not connected, calls fail as `'not-executed'`.
 *
 * @example
 * const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
 * const client = await createClient({ ...recommendedOptions, url }).connect()
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new NodeRedisStore(client), limit: 100, window: '1m' })
 */
export class NodeRedisStore extends AdapterStore<NodeRedisClient, NodeRedisStoreOptions> {
  /** @throws {OptionError} for a wrong client, and a bad or unknown option. */
  constructor(client: NodeRedisClient, options: NodeRedisStoreOptions = {}) {
    super(ADAPTER, client, options)
  }
}
