import {
  type ClientRetriesOptions,
  checkClientRetries,
  ownOptions,
  type RedisStoreOptions,
  ScriptStore,
  UPSTASH_SCRIPT,
} from '@rl/redis-script'
import { upstashRetries } from './client-retries.ts'

/** What is called of an `@upstash/redis` client. */
export interface UpstashClient {
  evalsha(sha: string, keys: string[], args: string[]): Promise<unknown>
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
  del(...keys: string[]): Promise<unknown>
}

/**
 * Counters in Upstash Redis over HTTP: for serverless and edge runtimes, where no TCP connection can be kept. A batch of
 * calls is one request.
 *
 * @example
 * const redis = Redis.fromEnv({ ...recommendedOptions })
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new UpstashStore(redis), limit: 100, window: '1m' })
 */
export class UpstashStore extends ScriptStore {
  /** @throws {OptionError} for a bad or unknown option. */
  constructor(redis: UpstashClient, given: RedisStoreOptions & ClientRetriesOptions = {}) {
    const { clientRetries, ...options } = ownOptions(given)
    checkClientRetries(upstashRetries(redis), clientRetries)
    super(
      {
        evalsha: (sha, keys, args) => redis.evalsha(sha, keys, args),
        eval: (text, keys, args) => redis.eval(text, keys, args),
        del: (keys) => redis.del(...keys),
      },
      { script: UPSTASH_SCRIPT, parallelism: 1, cluster: false, options },
    )
  }
}
