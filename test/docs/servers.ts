import {
  type RedisCluster,
  type RedisSentinel,
  type RedisServer,
  startCluster,
  startRedis,
  startSentinel,
  startUpstashRest,
  type UpstashRestServer,
} from '@rl/test-servers'

/** A server of each kind that the snippets call. */
export class Servers {
  readonly redis: RedisServer
  readonly #rest: UpstashRestServer
  readonly #cluster: RedisCluster
  readonly #sentinel: RedisSentinel

  private constructor(redis: RedisServer, rest: UpstashRestServer, cluster: RedisCluster, sentinel: RedisSentinel) {
    this.redis = redis
    this.#rest = rest
    this.#cluster = cluster
    this.#sentinel = sentinel
  }

  static async start(): Promise<Servers> {
    const [redis, cluster, sentinel] = await Promise.all([startRedis(), startCluster(), startSentinel()])
    return new Servers(redis, await startUpstashRest({ redisUrl: redis.url }), cluster, sentinel)
  }

  /** How the snippets find them. */
  get env(): Record<string, string> {
    return {
      REDIS_URL: this.redis.url,
      UPSTASH_REDIS_REST_URL: this.#rest.url,
      UPSTASH_REDIS_REST_TOKEN: this.#rest.token,
      REDIS_CLUSTER_PORT: String(this.#cluster.nodes[0]?.port),
      REDIS_SENTINEL_PORT: String(this.#sentinel.sentinels[0]?.port),
    }
  }

  async empty(): Promise<void> {
    const { master } = this.#sentinel
    await Promise.all([this.redis, master, ...this.#cluster.nodes].map((each) => each.command('FLUSHALL')))
  }

  async stop(): Promise<void> {
    await this.#rest.stop()
    await Promise.all([this.redis.stop(), this.#cluster.stop(), this.#sentinel.stop()])
  }
}
