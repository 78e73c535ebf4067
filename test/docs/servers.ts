import {
  type PostgresServer,
  type RedisCluster,
  type RedisSentinel,
  type RedisServer,
  startCluster,
  startPostgres,
  startRedis,
  startSentinel,
  startUpstashRest,
  type UpstashRestServer,
} from '@rl/test-servers'
import { Client } from 'pg'

/** A server of each kind that the snippets call. */
export class Servers {
  readonly redis: RedisServer
  readonly #rest: UpstashRestServer
  readonly #cluster: RedisCluster
  readonly #sentinel: RedisSentinel
  readonly #postgres: PostgresServer

  private constructor(
    redis: RedisServer,
    rest: UpstashRestServer,
    cluster: RedisCluster,
    sentinel: RedisSentinel,
    postgres: PostgresServer,
  ) {
    this.redis = redis
    this.#rest = rest
    this.#cluster = cluster
    this.#sentinel = sentinel
    this.#postgres = postgres
  }

  static async start(): Promise<Servers> {
    const starting = [startRedis(), startCluster(), startSentinel(), startPostgres()] as const
    const [redis, cluster, sentinel, postgres] = await Promise.all(starting)
    return new Servers(redis, await startUpstashRest({ redisUrl: redis.url }), cluster, sentinel, postgres)
  }

  /** How the snippets find them. */
  get env(): Record<string, string> {
    return {
      REDIS_URL: this.redis.url,
      UPSTASH_REDIS_REST_URL: this.#rest.url,
      UPSTASH_REDIS_REST_TOKEN: this.#rest.token,
      REDIS_CLUSTER_PORT: String(this.#cluster.nodes[0]?.port),
      REDIS_SENTINEL_PORT: String(this.#sentinel.sentinels[0]?.port),
      DATABASE_URL: this.#postgres.url,
    }
  }

  async empty(): Promise<void> {
    const { master } = this.#sentinel
    await Promise.all([this.redis, master, ...this.#cluster.nodes].map((each) => each.command('FLUSHALL')))
    const client = new Client({ connectionString: this.#postgres.url })
    await client.connect()
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    await client.end()
  }

  async stop(): Promise<void> {
    await this.#rest.stop()
    await Promise.all([this.redis.stop(), this.#cluster.stop(), this.#sentinel.stop(), this.#postgres.stop()])
  }
}
