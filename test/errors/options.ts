import { type CounterStore, FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { denyCache } from '@rl/core/fast-paths'
import { observe } from '@rl/core/observe'
import { shadow } from '@rl/core/shadow'
import { waitQueue } from '@rl/core/wait-queue'
import { DurableObjectStore } from '@rl/durable-objects'
import { IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { instrument } from '@rl/otel'
import { PostgresStore, tablesSql } from '@rl/postgres'
import { exhaust, testClock, testStore } from '@rl/testing'
import { UpstashStore } from '@rl/upstash'
import { ValkeyGlideStore } from '@rl/valkey-glide'
import { Redis as Upstash } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createSentinel } from 'redis'
import type { Texts } from './produce.ts'

const lazy = { lazyConnect: true }
const redis = new Redis({ ...lazy, ...recommendedOptions })
const upstash = new Upstash({ url: 'http://127.0.0.1:1', token: 'secret' })
const refused = { clientRetries: 'throw' } as const

function make(options: object): FixedWindowRateLimiter {
  const good = { name: 'api', store: new MemoryStore(), limit: 100, window: '1m' }
  return new FixedWindowRateLimiter({ ...good, ...options } as LimiterOptions<'throw'>)
}

function makeWith(...windows: readonly object[]): FixedWindowRateLimiter {
  return make({ limit: undefined, window: undefined, windows })
}

function clusterOf(options: object): Cluster {
  return new Cluster([{ port: 7000 }], { ...lazy, ...options })
}

/** As Clusters of ioredis before 5.11, which have no `msetex`. */
const olderCluster = {
  isCluster: true,
  options: { ...recommendedClusterOptions, enableAutoPipelining: true },
  evalsha: async () => undefined,
  eval: async () => undefined,
}

/** As a Sentinel of node-redis before 6.2.1, which has no `hImportPrepare`. */
const olderSentinel = {
  isOpen: true,
  acquire: async () => undefined,
  evalSha: async () => undefined,
  eval: async () => undefined,
}

/** Client libraries that have no adapter often have this. */
const otherClient = { connected: true, evalsha: async () => undefined, eval: async () => undefined }

/** Rarer mistakes: the text itself says what to do. */
export const OPTIONS: Texts = {
  "onStoreError must be 'throw', 'allow', 'deny' or a store, received \"open\"": () => make({ onStoreError: 'open' }),
  'fallbackShare must be a number above 0, up to 1, received 0': () => make({ fallbackShare: 0 }),
  'fastPaths must be an array such as [lease(), denyCache()], received a function': () =>
    make({ fastPaths: denyCache() }),
  'windows must be an array with at least one window, received an array': () => makeWith(),
  'windows[1].unit must be named by all windows or by none, received undefined': () =>
    makeWith({ unit: 'requests', limit: 1, window: '1m' }, { limit: 1, window: '1d' }),
  'windows[0].unit must be 1 to 32 letters, digits or _, received "a token"': () =>
    makeWith({ unit: 'a token', limit: 1, window: '1m' }),
  'options must be a plain object, received an object of a class': () =>
    new FixedWindowRateLimiter(new (class {})() as LimiterOptions<'throw'>),
  "calendar.day must be left out for 'week', received 3": () => calendar('week', { day: 3 }),
  'calendar.timeZone must be an IANA time zone that this runtime knows, such as \'Europe/Paris\', received "+01:00"':
    () => calendar('day', { timeZone: '+01:00' }),
  'anchor must be left out beside a calendar, received "first-hit"': () =>
    make({ window: calendar('month'), anchor: 'first-hit' }),
  'calendar must be one of the same period and time zone as a window of the limiter, received …': () =>
    make({ window: calendar('month') }).limit('id', { calendar: calendar('week') }),
  "candidate.name must be unlike the live limiter's, as one name is one counter, received the same name": () =>
    shadow(make({}), { live: make({}) }),
  "candidate.windows must be with the live limiter's units (none), received tokens": () =>
    shadow(makeWith({ unit: 'tokens', limit: 1, window: '1m' }), { live: make({ name: 'live' }) }),
  'maxWaitMs must be an integer from 0 to 2^53-1, received "5s"': () =>
    waitQueue(make({}), { maxWaitMs: '5s' as unknown as number }),
  'observed must be a FixedWindowRateLimiter or its waitQueue, shadow or banAfter, of the same copy of @rl/core, or a store, received null':
    () => observe(null as never, {}),
  'stores must be an array, such as [store], received an instance of MemoryStore': () =>
    instrument({ limiters: [], stores: new MemoryStore() as never }),
  'meterProvider must be a MeterProvider, received a promise (await it first) without the method getMeter': () =>
    instrument({ limiters: [], stores: [], meterProvider: Promise.resolve() as never }),
  'tracerProvider must be a TracerProvider, received null': () =>
    instrument({ limiters: [], stores: [], tracerProvider: null as never }),
  'namespace must be a binding to a Durable Object class, such as env.LIMITS, received undefined': () =>
    new DurableObjectStore(undefined as never),
  'name must be 1 to 64 letters, digits, - or _, received "a b"': () =>
    new DurableObjectStore({ idFromName: () => ({}), get: () => ({}) as never }, { name: 'a b' }),
  'store.capabilities.contract must be 1 (update @rl/core and the package of the store), received 2': () =>
    make({ store: { apply: async () => [], capabilities: { contract: 2 } } as unknown as CounterStore }),
  'client must be a Pool or Client of pg 8 or the sql of postgres 3, received a string': () =>
    new PostgresStore('postgres://user:password@host' as never),
  "table must be a table's name such as 'rate_limits' or 'schema.rate_limits', received \"my table\"": () =>
    tablesSql({ table: 'my table' }),
  'unlogged must be true or false, received "yes"': () => tablesSql({ unlogged: 'yes' as never }),
  'prefix must be a well-formed string without braces, received "{shop}:"': () =>
    new IoredisStore(redis, { prefix: '{shop}:' }),
  'label must be a string of 1 to 64 characters, received ""': () => new IoredisStore(redis, { label: '' }),
  'replyTimeoutMs must be an integer from 1 to 2147483647, or false, received 0': () =>
    new IoredisStore(redis, { replyTimeoutMs: 0 }),
  'replyTimeoutMs must be left out with a Cluster, whose redisOptions take socketTimeout, received 700': () =>
    new IoredisStore(clusterOf(recommendedClusterOptions), { replyTimeoutMs: 700 }),
  'client must be a Redis or a Cluster of ioredis, such as new Redis(url), received a pipeline of ioredis (pass the client)':
    () => new IoredisStore(redis.pipeline() as never),
  'client must be …, received a multi of node-redis (pass the client)': () =>
    new NodeRedisStore(createClient().multi() as never),
  'client must be …, received client.legacy() of node-redis (pass the client)': () =>
    new NodeRedisStore(createClient().legacy() as never),
  'client must be …, received a pipeline of @upstash/redis (pass the client)': () =>
    new UpstashStore(upstash.pipeline() as never),
  'client must be a client, pool, cluster or Sentinel of node-redis, such as await createClient({ url }).connect(), received a client for IoredisStore of @rl/ioredis':
    () => new NodeRedisStore(redis as never),
  'client must be …, received a client for UpstashStore of @rl/upstash': () => new IoredisStore(upstash as never),
  'client must be …, received a client for ValkeyGlideStore of @rl/valkey-glide': () =>
    new IoredisStore({ invokeScript() {} } as never),
  'client must be a GlideClient or a GlideClusterClient of @valkey/valkey-glide, received a client for IoredisStore of @rl/ioredis':
    () => new ValkeyGlideStore(redis as never),
  'client must be …, received a RedisClient of Bun, which may run a call after it has timed out (use ioredis, also in Bun)':
    () => new IoredisStore({ connected: true, getBuffer() {} } as never),
  'client must be a Redis of @upstash/redis, such as Redis.fromEnv(), received a client of another library': () =>
    new UpstashStore(otherClient),
  'client must be a Cluster without enableAutoPipelining, as the limiter sends calls together by itself (or of ioredis 5.11 or later), received a Cluster of an older ioredis, whose pipelines send scripts to wrong nodes':
    () => new IoredisStore(olderCluster),
  'client must be one that sends no command again (new Redis({ ...recommendedOptions, … }), for { maxRetriesPerRequest: 0 }), received an ioredis Redis with maxRetriesPerRequest 20':
    () => new IoredisStore(new Redis(lazy), refused),
  'client must be one that sends no command again (new Cluster(nodes, { ...recommendedClusterOptions, … }), for { retryDelayOnFailover: 0 }), received an ioredis Cluster with retryDelayOnFailover 100':
    () => new IoredisStore(clusterOf({}), refused),
  'client must be …, received an ioredis Cluster with clusterNodeRetryStrategy and maxRetriesPerRequest 20': () =>
    new IoredisStore(clusterOf({ retryDelayOnFailover: 0, clusterNodeRetryStrategy: () => 100 }), refused),
  'client must be one that sends no command again (createSentinel({ ...recommendedOptions, … }), for { maxCommandRediscovers: 0 }), received a node-redis Sentinel with maxCommandRediscovers 16 or unknown':
    () => new NodeRedisStore(createSentinel({ name: 'main', sentinelRootNodes: [] }), refused),
  'client must be one that sends no command again (redis 6.2.1 or later), received a node-redis Sentinel with a version of redis before 6.2.1':
    () => new NodeRedisStore(olderSentinel as never, refused),
  'client must be one that sends no command again (new Redis({ ...recommendedOptions, … }), for { retry: { retries: 0 } }), received an @upstash/redis Redis with 5 retries':
    () => new UpstashStore(upstash, refused),
  'start must be an integer from 0 to 2^53-1, received 0.5': () => testClock(0.5),
  'decision must be one whose call fits in time, received one whose cost is above a limit': async () =>
    testClock().advanceToReset(await make({ store: testStore() }).limit('user_123', { cost: 101 })),
  'decision must be one whose window is open, received one whose window has ended': async () =>
    testClock(Date.UTC(2027)).advanceToReset(await make({ store: testStore() }).limit('user_123')),
  "decision must be one that a counter made, received one with source 'failure-policy'": async () => {
    const store = testStore()
    store.fail()
    testClock().advanceToReset(await make({ store, onStoreError: 'allow' }).limit('user_123'))
  },
  'limiter must be one with limits, received one that admits everything': () => exhaust(shadow(make({})), 'user_123'),
  'limiter must be one that keeps what is taken, received one that gives it back': () => {
    const full = make({ store: testStore() })
    const peek = (id: string) => full.peek(id)
    return exhaust({ windows: full.windows, limit: peek, peek } as never, 'user_123')
  },
  "clock must be a testClock() or 'system', received a function without the method now": () =>
    testStore({ clock: Date.now as never }),
  "runs must be false beside outcome 'not-executed', received true": () => testStore().fail({ runs: true }),
  'error must be an Error, received "ECONNRESET"': () => testStore().fail({ error: 'ECONNRESET' as never }),
}
