import type { CounterWindow } from '@rl/core'
import { REDIS_SCRIPT, redisKey, toStoreError } from '@rl/redis-script'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { Answers } from './failures.ts'
import type { ConnectOptions } from './open.ts'
import { clearBy, type Node, READ, type Reading, readingOf, type Server, timeOf } from './server.ts'
import type { Target } from './target.ts'

type RedisTarget = Target & { readonly kind: 'redis' }

/** One attempt to connect, and nothing is sent twice. */
const ONCE = {
  lazyConnect: true,
  disconnectTimeout: 100,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
  // Then neither needs another right.
  enableReadyCheck: false,
  disableClientInfo: true,
} satisfies RedisOptions

/**
 * Connects to the server of a URL, and to its Cluster if it is part of one. Unless that is said, the server is asked.
 *
 * @throws {Failure}
 */
export async function connectRedis(target: RedisTarget, connect: ConnectOptions): Promise<Server> {
  const { cluster: isCluster, prefix, timeoutMs } = connect
  const options = { ...optionsOf(new URL(target.url)), ...ONCE, connectTimeout: timeoutMs }
  if (!isCluster) {
    const single = new RedisServer(target, new Redis(options), timeoutMs)
    if (!(await opened(single, single.isPartOfCluster(prefix)))) return single
    single.close()
  }
  // Nodes of a Cluster have one database.
  const { host, port, db: _, ...redisOptions } = options
  const cluster = new Cluster([{ host, port }], {
    lazyConnect: true,
    enableReadyCheck: false,
    slotsRefreshTimeout: timeoutMs,
    clusterRetryStrategy: () => null,
    retryDelayOnFailover: 0,
    // With TLS, the names that certificates are for.
    ...('tls' in options && { dnsLookup: (address, callback) => callback(null, address) }),
    redisOptions,
  })
  const server = new RedisServer({ ...target, name: target.name.replace('Redis', 'Redis Cluster') }, cluster, timeoutMs)
  await opened(server, server.connect())
  return server
}

async function opened<T>(server: RedisServer, step: Promise<T>): Promise<T> {
  try {
    return await step
  } catch (error) {
    server.close()
    throw error
  }
}

function optionsOf(url: URL) {
  const family = Number(url.searchParams.get('family') ?? Number.NaN)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    db: Number(url.pathname.slice(1)),
    ...(url.protocol === 'rediss:' && { tls: {} }),
    ...(Number.isNaN(family) ? {} : { family }),
  } satisfies RedisOptions
}

/** A single server, or a Cluster. */
class RedisServer implements Server {
  readonly name: string
  readonly isCluster: boolean
  readonly isBilled = false
  readonly #client: Redis | Cluster
  readonly #answers: Answers

  constructor(target: Target, client: Redis | Cluster, timeoutMs: number) {
    this.name = target.name
    this.isCluster = client instanceof Cluster
    this.#client = client
    this.#answers = new Answers(target, timeoutMs)
    // Without a listener ioredis writes errors to stderr.
    for (const event of ['error', 'node error']) {
      client.on(event, (error) => {
        this.#answers.lastError ??= error
      })
    }
  }

  get commands(): number {
    return this.#answers.commands
  }

  connect(): Promise<void> {
    return this.#ask(0, this.#client.connect())
  }

  /** Two keys of different slots are refused in a Cluster only. Needs no rights but those that limiters have. */
  isPartOfCluster(prefix: string): Promise<boolean> {
    const reply = this.#client.eval('return 1', 2, redisKey(prefix, 'a'), redisKey(prefix, 'b'))
    const isRefused = (error: unknown): boolean => {
      if (toStoreError(error, false).message.endsWith('CROSSSLOT')) return true
      throw error
    }
    return this.#ask(
      1,
      reply.then(() => false, isRefused),
    )
  }

  async read(key: string): Promise<Reading> {
    return readingOf(await this.#ask(1, this.#client.eval(READ, 1, key)))
  }

  clear(key: string, windows: readonly CounterWindow[]): Promise<void> {
    const run = (keys: string[], args: string[]): Promise<unknown> =>
      this.#client.eval(REDIS_SCRIPT.text, keys.length, ...keys, ...args)
    return this.#ask(1, clearBy(run, key, windows))
  }

  nodes(): readonly Node[] {
    const clients = this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client]
    return clients.map((client) => this.#node(client))
  }

  close(): void {
    this.#client.disconnect()
  }

  #node(client: Redis): Node {
    return {
      time: async () => timeOf(await this.#ask(1, client.time())),
      scan: async (cursor, pattern, count) => {
        const [next, keys] = await this.#ask(1, client.scan(cursor, 'MATCH', pattern, 'COUNT', count))
        return { cursor: next, keys }
      },
      values: async (keys) => {
        if (!this.isCluster) return this.#ask(1, client.mget([...keys]))
        // MGET is refused for keys of several slots. A slot may also have moved away by now.
        const pipeline = client.pipeline()
        for (const key of keys) pipeline.get(key)
        const replies = await this.#ask(keys.length, pipeline.exec())
        return keys.map((_, i) => (replies?.[i]?.[1] ?? null) as string | null)
      },
    }
  }

  #ask<T>(commands: number, reply: Promise<T>): Promise<T> {
    return this.#answers.wait(commands, reply)
  }
}
