import { type HashTagOptions, hashTags, REDIS_SCRIPT, type RedisStoreOptions, ScriptStore } from '@rl/redis-script'

/** What is called of an ioredis `Redis` (also with Sentinels) or `Cluster`. */
export interface IoredisClient {
  readonly isCluster: boolean
  evalsha(sha: string, numberOfKeys: number, ...keysAndArgs: string[]): Promise<unknown>
  eval(script: string, numberOfKeys: number, ...keysAndArgs: string[]): Promise<unknown>
  del(...keys: string[]): Promise<unknown>
}

/**
 * Counters in Redis through ioredis 5.4 or later: a single server, Sentinels, or a Cluster. The client stays yours: connect,
 * configure and close it as you like, best with {@link recommendedOptions}.
 *
 * @example
 * const redis = new Redis({ ...recommendedOptions })
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new IoredisStore(redis), limit: 100, window: '1m' })
 */
export class IoredisStore extends ScriptStore {
  /** @throws {OptionError} for a bad or unknown option. */
  constructor(redis: IoredisClient, { hashTags: tags, ...options }: RedisStoreOptions & HashTagOptions = {}) {
    super(
      {
        evalsha: (sha, keys, args) => redis.evalsha(sha, keys.length, ...keys, ...args),
        eval: (text, keys, args) => redis.eval(text, keys.length, ...keys, ...args),
        del: (keys) => redis.del(...keys),
      },
      {
        script: REDIS_SCRIPT,
        parallelism: 4,
        cluster: redis.isCluster,
        options,
        tagOf: tags === undefined ? undefined : hashTags(tags),
      },
    )
  }
}
