import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type CounterStore, FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { clientIp } from '@rl/http/client-ip'
import { ExpressRateLimitStore } from '@rl/http/express-rate-limit'
import { rateLimit } from '@rl/http/fetch'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { type RedisServer, startCluster, startRedis, startUpstashRest } from '@rl/test-servers'
import { recommendedOptions as upstashOptions, UpstashStore } from '@rl/upstash'
import { Redis as Upstash } from '@upstash/redis'
import { build } from 'esbuild'
import { Redis, type RedisOptions } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { ROOT, readDocuments } from './docs/documents.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

type Produce = () => unknown

/** Each text of the page, and how it comes about: it throws or rejects with the text, or gives it. */
const TEXTS: Readonly<Record<string, Produce>> = {
  'store must be a store with take, refund and clear, received an object': () =>
    make({ store: new Redis({ lazyConnect: true }) as never }),
  'window must be a duration such as \'500ms\', \'10s\', \'1m\', \'1h\' or \'1d\', in whole milliseconds, received "60"': () =>
    make({ window: '60' }),
  'limit must be an integer from 0 to 2^53-1, received NaN': () => make({ limit: Number(undefined) }),
  'limit must be an integer from 0 to 2^53-1, received "100"': () => make({ limit: '100' as never }),
  'options must be made of name, store, …, received the unknown "max"': () => make({ max: 1 } as never),
  'name must be a non-empty, well-formed string of at most 128 bytes, received undefined': () =>
    make({ name: undefined as never }),
  'limit must be left out beside windows, received 100': () => make({ limit: 100, windows: TWO } as never),
  'windows[1] must be unlike the others in length or anchor, received the same as windows[0]': () =>
    makeTwo([
      { limit: 1, window: '60s' },
      { limit: 1, window: '1m' },
    ]),
  'client must be one that sends no command again …': () =>
    new IoredisStore(new Redis({ lazyConnect: true }), { clientRetries: 'throw' }),

  'id must be a string, received a value of type number': () => make().limit(7 as never),
  'id must be a string, received a value of type undefined': () => make().limit(undefined as never),
  'id must be a non-empty string, received an empty one': () => make().limit(''),
  'cost must be an integer from 0 to 2^53-1, received -1': () => make().limit('id', { cost: -1 }),
  'limit must be an array of 2 limits, one for each window, received 50': () => makeTwo(TWO).limit('id', { limit: 50 }),
  'decision must be one that this limiter returned, received an object': async () => {
    const limiter = make()
    await limiter.refund({ ...(await limiter.limit('id')) })
  },

  'the store did not answer within 1000 ms': () => make({ store: storeOf(() => new Promise(() => {})) }).limit('id'),
  'the store did not answer before, and was not asked': async () => {
    const limiter = make({ store: storeOf(() => Promise.reject(new Error('away'))) })
    for (let call = 0; call < 5; call++) await limiter.limit('id').catch(() => {})
    await limiter.limit('id')
  },
  'the client is not connected': () => make({ store: new NodeRedisStore(createClient()), deadlineMs: 20 }).limit('id').catch(causeOf),
  'Redis did not answer': () => {
    const redis = ioredis(1, recommendedOptions)
    return make({ store: new IoredisStore(redis), deadlineMs: 20_000 }).limit('id')
  },
  'Redis refused: NOAUTH': async () => {
    const locked = await startRedis({ args: ['--requirepass', 'secret'] }).catch(() => undefined)
    expect(locked).toBeDefined()
  },
}

test('every text of the page is produced, and no other', () => {
  expect(Object.keys(TEXTS)).toEqual(textsOf('docs/errors.md'))
})
