import {
  type ClientRetriesOptions,
  checkClientRetries,
  type HashTagOptions,
  lostConnection,
  ownOptions,
  REDIS_SCRIPT,
  type RedisStoreOptions,
  ScriptStore,
  tagsFor,
} from '@rl/redis-script'
import { type IoredisClientOptions, ioredisRetries } from './client-retries.ts'
import { type Connection, ReplyTimeout, type ReplyTimeoutOptions, replyTimeoutOf } from './reply-timeout.ts'

/** What is called of an ioredis `Redis` (also with Sentinels) or `Cluster`. */
export interface IoredisClient {
  readonly isCluster: boolean
  /** Where the connection stands, such as `'ready'`. */
  readonly status?: string
  /** The connection, which is ended when a reply is overdue. A Cluster has one for each node. */
  readonly stream?: Connection
  readonly options?: IoredisClientOptions
  evalsha(sha: string, numberOfKeys: number, ...keysAndArgs: string[]): Promise<unknown>
  eval(script: string, numberOfKeys: number, ...keysAndArgs: string[]): Promise<unknown>
  del(...keys: string[]): Promise<unknown>
}

/** Options of an {@link IoredisStore}. */
export type IoredisStoreOptions = RedisStoreOptions & HashTagOptions & ClientRetriesOptions & ReplyTimeoutOptions

/**
 * Counters in Redis through ioredis 5.4 or later: a single server, Sentinels, or a Cluster. The client stays yours: connect,
 * configure and close it as you like, best with {@link recommendedOptions}.
 *
 * The first calls wait for the client to connect. Once it was connected, calls fail as `'not-executed'` while it is not.
 *
 * @example
 * const redis = new Redis({ ...recommendedOptions })
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new IoredisStore(redis), limit: 100, window: '1m' })
 */
export class IoredisStore extends ScriptStore {
  /** @throws {OptionError} for a bad or unknown option. */
  constructor(redis: IoredisClient, given: IoredisStoreOptions = {}) {
    const { hashTags, clientRetries, replyTimeoutMs, ...options } = ownOptions(given)
    checkClientRetries(ioredisRetries(redis.isCluster, redis.options), clientRetries)
    const timeoutMs = replyTimeoutOf(redis, replyTimeoutMs)
    const timeout = timeoutMs === undefined ? undefined : new ReplyTimeout(redis, timeoutMs)
    let wasReady = false
    const send = (command: () => Promise<unknown>): Promise<unknown> => {
      const { status } = redis
      if (status === 'ready') wasReady = true
      // Also to the client's greeting, after 'connect'.
      if (status === 'ready' || status === 'connect') timeout?.expectReply()
      // A Cluster keeps what waits for a connection however long that takes; `enableOfflineQueue: false` would fail the
      // first calls. 'end' means that it was closed for good.
      if (wasReady && status !== 'ready') return lostConnection({ transient: status !== 'end' })
      return command()
    }
    super(
      {
        evalsha: (sha, keys, args) => send(() => redis.evalsha(sha, keys.length, ...keys, ...args)),
        eval: (text, keys, args) => send(() => redis.eval(text, keys.length, ...keys, ...args)),
        del: (keys) => send(() => redis.del(...keys)),
      },
      {
        script: REDIS_SCRIPT,
        parallelism: 2,
        cluster: redis.isCluster,
        options,
        tagOf: tagsFor(redis.isCluster, hashTags),
      },
    )
  }
}
