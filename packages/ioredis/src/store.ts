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
import { checkAutoPipelining } from './auto-pipelining.ts'
import { type IoredisClientOptions, ioredisRetries } from './client-retries.ts'
import { type Connection, type ReplyTimeoutOptions, replyTimeoutOf } from './reply-timeout.ts'

/** The slice of an ioredis `Redis` (also with Sentinels) or `Cluster` that is called. */
export interface IoredisClient {
  readonly isCluster: boolean
  /** Where the connection stands, such as `'ready'`. */
  readonly status?: string
  /** The connection, which is ended when a reply is overdue. A Cluster has one for each node. */
  readonly stream?: Connection
  readonly options?: IoredisClientOptions
  connect?(): Promise<unknown>
  evalsha(sha: string, numberOfKeys: number, keysAndArgs: string[]): Promise<unknown>
  eval(script: string, numberOfKeys: number, keysAndArgs: string[]): Promise<unknown>
}

/** Options of an {@link IoredisStore}. */
export type IoredisStoreOptions = AdapterOptions & HashTagOptions & ReplyTimeoutOptions

const ADAPTER: Adapter<IoredisClient, IoredisStoreOptions> = {
  library: 'ioredis',
  accepts: 'a Redis or a Cluster of ioredis, such as new Redis(url)',
  methods: ['evalsha', 'eval'],
  script: REDIS_SCRIPT,
  parallelism: 3,
  options: ['hashTags', 'replyTimeoutMs'],
  tagsFor,
  traits: (redis) => {
    const cluster = redis.isCluster === true
    if (cluster) checkAutoPipelining(redis)
    return {
      cluster,
      label: cluster ? 'ioredis cluster' : 'ioredis',
      retries: ioredisRetries(cluster, redis.options),
    }
  },
  open: (redis, { replyTimeoutMs }) => {
    const timeout = replyTimeoutOf(redis, replyTimeoutMs)
    const lastError = lastErrorOf(redis, { failures: [errorMonitor, 'node error'], recoveries: ['ready'] })
    // Calls may wait in ioredis's queue for the first attempt to connect. Later ones would run after their callers gave up.
    let mayWait = redis.options?.enableOfflineQueue !== false

    /** Rejects a call that must not be handed to the client now; undefined for any other. */
    const refuse = (): Promise<never> | undefined => {
      const { status } = redis
      // After 'connect', replies to the client's greeting are due.
      if (status === 'ready' || status === 'connect') timeout?.expectReply()
      if (status === 'ready') mayWait = false
      const error = lastError()
      if (status === 'ready' || status === undefined || (mayWait && error === undefined)) return undefined
      // With `lazyConnect`, a client connects upon its first command.
      if (status === 'wait') redis.connect?.().catch(() => {})
      // 'end': the client was closed for good.
      return lostConnection(status !== 'end', error)
    }
    const sent = (reply: Promise<unknown>): Promise<unknown> => {
      // Before, it waits in ioredis's queue, possibly for a server that is loading.
      if (redis.status === 'ready') timeout?.wrote(reply)
      return reply
    }
    // A nested list costs ioredis less than many arguments.
    return {
      evalsha: (sha, keys, args) => refuse() ?? sent(redis.evalsha(sha, keys.length, [...keys, ...args])),
      eval: (text, keys, args) => refuse() ?? sent(redis.eval(text, keys.length, [...keys, ...args])),
      lastError,
    }
  },
}

/**
 * Counters in Redis through ioredis 5.4 or later: a single server, Sentinels, or a Cluster. The client stays yours: connect,
 * configure and close it as you like, best with {@link recommendedOptions}.
 *
 * The first calls wait for the client's first attempt to connect, unless it has `enableOfflineQueue: false`. Later, calls fail
 * as `'not-executed'` while the client has no connection.
 *
 * @example
 * const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', recommendedOptions)
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new IoredisStore(redis), limit: 100, window: '1m' })
 */
export class IoredisStore extends AdapterStore<IoredisClient, IoredisStoreOptions> {
  /** @throws {OptionError} for a wrong client, and a bad or unknown option. */
  constructor(redis: IoredisClient, options: IoredisStoreOptions = {}) {
    super(ADAPTER, redis, options)
  }
}
