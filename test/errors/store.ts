import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type AdjustedWindow, type CounterStore, FixedWindowRateLimiter, type Reply, StoreError } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { DurableObjectStore } from '@rl/durable-objects'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { PostgresStore } from '@rl/postgres'
import { type RedisServer, startCluster, startRedis, startUpstashRest } from '@rl/test-servers'
import { testStore } from '@rl/testing'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { ValkeyGlideStore } from '@rl/valkey-glide'
import { Redis as Upstash } from '@upstash/redis'
import { Redis, type RedisOptions } from 'ioredis'
import { Pool } from 'pg'
import { createClient } from 'redis'
import { onTestFinished } from 'vitest'
import type { Texts } from './produce.ts'

function limiterOn(store: CounterStore, deadlineMs = 20_000, breaker = true): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1d', deadlineMs, breaker })
}

/** A store that does nothing but this. */
function storeOf(apply: () => Promise<never>): CounterStore {
  return { apply }
}

/** A store over Durable Objects that answer like this. */
function objects(answer: () => Promise<unknown>): DurableObjectStore {
  return new DurableObjectStore({ idFromName: () => ({}), get: () => ({ fetch: async () => ({ json: answer }) }) })
}

/** A store over a client of GLIDE that fails like this: packages/valkey-glide/test/errors.test.ts has real ones. */
function glide(name: string, message: string): ValkeyGlideStore {
  return new ValkeyGlideStore({ invokeScript: () => Promise.reject(Object.assign(new Error(message), { name })) })
}

async function start(...args: string[]): Promise<RedisServer> {
  const server = await startRedis({ args })
  onTestFinished(() => server.stop())
  return server
}

function storeOn(port: number, options: Pick<RedisOptions, 'enableReadyCheck'> = {}): IoredisStore {
  const redis = new Redis(port, '127.0.0.1', { ...recommendedOptions, ...options })
  redis.on('error', () => {})
  onTestFinished(() => redis.disconnect())
  return new IoredisStore(redis)
}

/** A client of PostgreSQL whose calls fail like this. */
function failing(code: string): PostgresStore {
  return new PostgresStore({ query: () => Promise.reject(Object.assign(new Error('away'), { code })) })
}

/** A call that a server refuses once these commands were run there. */
async function refused(...commands: string[][]): Promise<unknown> {
  const server = await start()
  const limiter = limiterOn(storeOn(server.port))
  await limiter.limit('warm-up')
  for (const command of commands) await server.command(...command)
  return limiter.limit('id')
}

async function onClusterNode(ids: readonly string[]): Promise<unknown> {
  const cluster = await startCluster()
  onTestFinished(() => cluster.stop())
  const limiter = limiterOn(storeOn(cluster.nodes[0]?.port ?? 0), 500)
  const outcomes = await Promise.allSettled(ids.map((id) => limiter.limit(id)))
  const errors = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined))
  return deepest(errors.find((error) => error !== undefined))
}

/** The last failure of a call that was tried until its deadline. */
function deepest(error: unknown): never {
  const inner = error instanceof StoreError && error.cause instanceof StoreError ? error.cause : error
  throw inner
}

/** A server that reads its data again and again. */
function keepReloading(server: RedisServer): { stop(): void } {
  let stopped = false
  const reload = async (): Promise<void> => {
    while (!stopped) await server.command('DEBUG', 'RELOAD')
  }
  reload().catch(() => {}) // the server was stopped
  return {
    stop: () => {
      stopped = true
    },
  }
}

/** Calls until one fails like this. */
async function firstFailure(limiter: FixedWindowRateLimiter, like: (error: StoreError) => boolean): Promise<never> {
  const giveUpAt = Date.now() + 40_000
  const seen = new Set<string>()
  while (Date.now() < giveUpAt) {
    const error: unknown = await limiter.peek('id').catch((error: unknown) => error)
    if (error instanceof StoreError && like(error)) return deepest(error)
    seen.add(String(error instanceof StoreError ? `${error.message} <- ${String(error.cause)}` : 'an answer'))
  }
  throw new Error(`no call failed like this, but: ${[...seen].join('; ')}`)
}

const KEY = 'rl:1:{api:id}'
const FOREVER = 'while true do end'

export const STORE: Texts = {
  'the store did not answer within 1000 ms': () =>
    limiterOn(
      storeOf(() => new Promise(() => {})),
      1000,
    ).limit('id'),
  'the store was not asked, as it has not answered for … ms (…)': async () => {
    const limiter = limiterOn(storeOf(() => Promise.reject(new Error('away'))))
    for (let call = 0; call < 5; call++) await limiter.limit('id').catch(() => {})
    return limiter.limit('id')
  },
  'the client is not connected': () => limiterOn(new NodeRedisStore(createClient())).limit('id'),
  'the client is not connected (ECONNREFUSED)': async () => {
    const limiter = limiterOn(storeOn(1), 500, false)
    await limiter.limit('id').catch(() => {})
    return limiter.limit('id').catch(deepest)
  },
  'the client is closed': () =>
    limiterOn(glide('ClosingError', 'Unable to execute requests; the client is closed.')).limit('id'),
  'the client has too many requests in flight': () =>
    limiterOn(glide('RequestError', 'Reached maximum inflight requests'), 500).limit('id').catch(deepest),
  "the client's circuit breaker is open": () => limiterOn(glide('CircuitBreakerError', 'open')).limit('id'),
  'Redis did not answer (ECONNREFUSED)': () => limiterOn(storeOn(1)).limit('id'),
  'Redis did not answer (TimeoutError)': async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const redis = new Upstash({ url: `http://127.0.0.1:${port}`, token: 'secret', ...upstashOptions })
    return limiterOn(new UpstashStore(redis)).limit('id')
  },
  'Redis answered with an error: ERR': () => refused(['ACL', 'SETUSER', 'default', '-time']),
  'Redis refused: NOAUTH': async () => {
    const server = await start()
    await server.command('ACL', 'SETUSER', 'default', 'resetpass', '>secret')
    return limiterOn(storeOn(server.port)).limit('id')
  },
  'Redis refused: WRONGPASS': async () => {
    const server = await start()
    const rest = await startUpstashRest({ redisUrl: server.url })
    onTestFinished(() => rest.stop())
    return limiterOn(new UpstashStore(new Upstash({ url: rest.url, token: 'wrong', ...upstashOptions }))).limit('id')
  },
  'Redis refused: NOPERM': () => refused(['ACL', 'SETUSER', 'default', '-evalsha']),
  'Redis refused: READONLY': () => refused(['REPLICAOF', '127.0.0.1', '1']),
  'Redis refused: OOM': () => refused(['CONFIG', 'SET', 'maxmemory', '1']),
  'Redis refused: LOADING': async () => {
    const server = await start('--enable-debug-command', 'yes', '--save', '900 1')
    await server.command('DEBUG', 'POPULATE', '2000', 'key', '4096')
    await server.command('CONFIG', 'SET', 'key-load-delay', '2000', 'loading-process-events-interval-bytes', '1024')
    // Without a ready check, or a client that lost its connection just then is not connected before all is loaded.
    const limiter = limiterOn(storeOn(server.port, { enableReadyCheck: false }), 500, false)
    const reload = keepReloading(server)
    onTestFinished(() => reload.stop())
    return firstFailure(limiter, ({ message, cause }) => /LOADING/.test(`${message} ${cause}`))
  },
  'Redis refused: BUSY': async () => {
    const server = await start('--busy-reply-threshold', '1')
    const limiter = limiterOn(storeOn(server.port))
    await limiter.limit('warm-up')
    void server.command('EVAL', FOREVER, '0').catch(() => {})
    return firstFailure(limiter, () => true)
  },
  'Redis refused: MOVED': () => onClusterNode(['a', 'b', 'c', 'd', 'e', 'f'].slice(0, 1)),
  'Redis refused: CROSSSLOT': () => onClusterNode(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
  'the counter is of another type': () => refused(['LPUSH', KEY, 'x']),
  'the counter holds no count': () => refused(['SET', KEY, 'x']),
  'the token has expired': async () => {
    const server = await start()
    const store = storeOn(server.port)
    const window = { limit: 1, windowMs: 86_400_000, anchor: 'epoch' } as const
    const counter = { scope: 'api', id: 'id' }
    const [taken] = await store.apply([{ kind: 'take', ...counter, windows: [window], costs: [1], times: 1 }])
    if (taken === undefined || !('timesTaken' in taken)) throw new Error('nothing was taken')
    const changed = { ...window, ...taken.windows[0], change: -1 } as AdjustedWindow
    const token = { id: 'token', until: taken.now }
    const [reply] = await store.apply([{ kind: 'adjust', ...counter, windows: [changed], token }])
    throw reply
  },
  'the counter has another layout version': () => refused(['SET', KEY, '2;e86400000=1 1']),
  'the counter would exceed 2^53-1': async () => {
    const store = new MemoryStore()
    const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 2, window: '1d' })
    await limiter.limit('id')
    return limiter.settle(await limiter.limit('id'), Number.MAX_SAFE_INTEGER)
  },
  'the clock (now) must return an integer from 0 to 2^53-1, received NaN': () =>
    limiterOn(new MemoryStore({ now: () => Number.NaN })).limit('id'),
  'the clock (now) must not go back, received 1 after 2': async () => {
    let now = 2
    const limiter = limiterOn(new MemoryStore({ now: () => now-- }))
    await limiter.limit('id')
    return limiter.limit('id')
  },
  'the memory store is full: all … keys (maxKeys) are counters at their limits or tokens': async () => {
    const limiter = limiterOn(new MemoryStore({ maxKeys: 1 }))
    await limiter.limit('id')
    return limiter.limit('another')
  },
  // A real server refuses so in the package's own tests.
  'PostgreSQL refused: 42883 (call createTables first)': () => limiterOn(failing('42883')).limit('id'),
  'PostgreSQL refused: 42501': () => limiterOn(failing('42501')).limit('id'),
  'PostgreSQL refused: 25006': () => limiterOn(failing('25006')).limit('id'),
  'PostgreSQL refused: 55P03': () => limiterOn(failing('55P03'), 50, false).limit('id').catch(deepest),
  'there is no connection to PostgreSQL (ECONNREFUSED)': () => {
    const pool = new Pool({ host: '127.0.0.1', port: 1 })
    onTestFinished(() => pool.end())
    return limiterOn(new PostgresStore(pool), 300, false).limit('id').catch(deepest)
  },
  'an operation has a malformed name, token or number': async () => {
    const windows = [{ limit: 1, windowMs: 1000, anchor: 'epoch' }] as const
    return failing('').apply([{ kind: 'take', scope: 'api', id: 'id', windows, costs: [0.5], times: 1 }])
  },
  'PostgreSQL did not answer (…)': () => limiterOn(failing('ECONNRESET')).limit('id'),
  'the Durable Object is overloaded': () =>
    limiterOn(objects(() => Promise.reject(Object.assign(new Error('too many'), { overloaded: true })))).limit('id'),
  'the Durable Object did not answer': () =>
    limiterOn(objects(() => Promise.reject(new Error('the network was lost')))).limit('id'),
  'the Durable Object has no SQLite storage: name its class in new_sqlite_classes': () =>
    limiterOn(objects(() => Promise.reject(new Error('SQL is not enabled for this Durable Object class')))).limit('id'),
  'the Durable Object sent a malformed reply': () => limiterOn(objects(async () => 'hello')).limit('id'),
  'shards must be 16, as the objects were made with, or name must be another, received 32': () =>
    limiterOn(objects(async () => ({ madeFor: 16 }))).limit('id'),
  "the store's clock was outside of the calendar around this process's": () => {
    const apply = async () => [{ outside: true, now: 0 } as Reply]
    const options = { name: 'api', store: { apply }, limit: 1, window: calendar('month') }
    return new FixedWindowRateLimiter(options).limit('id')
  },
  'the store failed, as the test says': () => {
    const store = testStore()
    store.fail()
    return limiterOn(store).limit('id')
  },
  'the store failed': () => limiterOn(storeOf(() => Promise.reject(new Error('away')))).limit('id'),
  'the store sent a malformed reply': () =>
    limiterOn({ apply: async () => [{} as Reply], capabilities: { label: 'own' } }).limit('id'),
  'the script sent a malformed reply': () => {
    const client = { isCluster: false, evalsha: async () => 'OK', eval: async () => 'OK' }
    return limiterOn(new IoredisStore(client)).limit('id')
  },
}
