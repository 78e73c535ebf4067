import { type Adapter, type AdapterOptions, AdapterStore, UPSTASH_SCRIPT } from '@rl/redis-script'
import { upstashRetries } from './client-retries.ts'

/** The slice of an `@upstash/redis` client that is called. */
export interface UpstashClient {
  evalsha(sha: string, keys: string[], args: string[]): Promise<unknown>
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
}

/** Options of an {@link UpstashStore}. */
export type UpstashStoreOptions = AdapterOptions

const ADAPTER: Adapter<UpstashClient, UpstashStoreOptions> = {
  library: 'upstash',
  accepts: 'a Redis of @upstash/redis, such as Redis.fromEnv()',
  methods: ['evalsha', 'eval'],
  script: UPSTASH_SCRIPT,
  parallelism: 1, // each command is billed
  options: [],
  traits: (redis) => ({ cluster: false, label: 'upstash', retries: upstashRetries(redis) }),
  open: (redis) => ({
    evalsha: (sha, keys, args) => redis.evalsha(sha, keys, args),
    eval: (text, keys, args) => redis.eval(text, keys, args),
  }),
}

/**
 * Counters in Upstash Redis over HTTP: for serverless and edge runtimes, where no TCP connection can be kept. Calls that wait
 * at the same time share a request.
 *
 * @example
 * const redis = Redis.fromEnv({ ...recommendedOptions })
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new UpstashStore(redis), limit: 100, window: '1m' })
 */
export class UpstashStore extends AdapterStore<UpstashClient, UpstashStoreOptions> {
  /** @throws {OptionError} for a wrong client, and a bad or unknown option. */
  constructor(redis: UpstashClient, options: UpstashStoreOptions = {}) {
    super(ADAPTER, redis, options)
  }
}
