import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { CounterStore } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { type RedisServer, startRedis } from '@rl/test-servers'
import type { Request, RequestHandler } from 'express'
import { type Options, rateLimit } from 'express-rate-limit'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ExpressRateLimitStore, type ExpressRateLimitStoreOptions } from '../src/frameworks/express-rate-limit.ts'
import { expresses, ok, type RunningApp, serve } from './express-app.ts'

let server: RedisServer
let redis: Redis
beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.port, '127.0.0.1', { ...recommendedOptions, socketTimeout: 30_000 })
})
afterEach(() => server.command('FLUSHALL'))
afterAll(async () => {
  redis.disconnect()
  await server.stop()
})

const storages: readonly (readonly [string, () => CounterStore])[] = [
  ['memory', () => new MemoryStore()],
  ['redis-server', () => new IoredisStore(redis)],
]
const setups = expresses.flatMap(([version, create]) =>
  storages.map(([storage, open]) => ({ name: `${version} over ${storage}`, create, open })),
)

/** The complaints of express-rate-limit. */
const complaints: string[] = []
const logger: Options['logger'] = {
  error: (error) => void complaints.push(String(error)),
  warn: (error) => void complaints.push(String(error)),
}
afterEach(() => {
  expect(complaints.splice(0)).toEqual([])
})

const MINUTE = 60_000

async function app(create: (typeof setups)[0]['create'], ...handlers: RequestHandler[]): Promise<RunningApp> {
  const running = await serve(create, ...handlers)
  onTestFinished(running.stop)
  return running
}

const tally = (statuses: readonly number[]) => ({
  admitted: statuses.filter((status) => status === 200).length,
  denied: statuses.filter((status) => status === 429).length,
})

describe.each(setups)('$name', ({ create, open }) => {
  const limited = (counters: CounterStore, options: Partial<Options> = {}, settings?: ExpressRateLimitStoreOptions) => {
    const store = new ExpressRateLimitStore(counters, { deadlineMs: 30_000, ...settings })
    return rateLimit({ windowMs: MINUTE, limit: 37, logger, ...options, store })
  }

  it('admits exactly the limit of many requests at once, to two apps over one storage', async () => {
    const counters = open()
    const one = await app(create, limited(counters), ok)
    const other = await app(create, limited(counters), ok)
    const statuses = await Promise.all([one.burst(100), other.burst(100)])
    expect(tally(statuses.flat())).toEqual({ admitted: 37, denied: 163 })
  })

  it('shows limit, remaining and reset in the headers, and when to retry', async () => {
    const { url } = await app(create, limited(open(), { limit: 2, standardHeaders: 'draft-6' }), ok)
    const answers = [await fetch(url), await fetch(url), await fetch(url)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['1', '0', '0'])
    expect(answers.map(({ headers }) => headers.get('ratelimit-limit'))).toEqual(['2', '2', '2'])
    const seconds = Number(answers[2]?.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
  })

  it('a denied request gives nothing back, whatever it would be skipped for', async () => {
    const waiting: ServerResponse[] = []
    const { url } = await app(create, limited(open(), { limit: 2, skipFailedRequests: true }), (_, response) => {
      waiting.push(response)
    })
    const first = [fetch(url), fetch(url)]
    await expect.poll(() => waiting.length).toBe(2)
    for (let i = 0; i < 5; i++) expect((await fetch(url)).status).toBe(429)
    for (const response of waiting) response.end()
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200])
    expect((await fetch(url)).status).toBe(429)
  })

  it('failed requests, and those that the client gave up, get their unit back', async () => {
    const limiter = limited(open(), { limit: 3, skipFailedRequests: true, keyGenerator: () => 'me' })
    const { url } = await app(create, limiter, ({ path }, response) => {
      if (path === '/fail') response.status(503).end()
      else if (path !== '/hang') response.end()
    })
    const used = async () => (await limiter.getKey('me'))?.totalHits
    for (let i = 0; i < 10; i++) expect((await fetch(`${url}/fail`)).status).toBe(503)
    await expect.poll(used).toBeUndefined()
    expect((await fetch(url)).status).toBe(200)
    const gone = new AbortController()
    const hanging = fetch(`${url}/hang`, { signal: gone.signal })
    await expect.poll(used).toBe(2)
    gone.abort()
    await expect(hanging).rejects.toThrow()
    await expect.poll(used).toBe(1)
  })

  it('successful requests get their unit back where only failures count', async () => {
    const limiter = limited(open(), { limit: 2, skipSuccessfulRequests: true, keyGenerator: () => 'me' })
    const { url } = await app(create, limiter, ({ path }, response) => {
      response.status(path === '/fail' ? 401 : 200).end()
    })
    for (let i = 0; i < 5; i++) {
      expect((await fetch(url)).status).toBe(200)
      await expect.poll(() => limiter.getKey('me')).toBeUndefined()
    }
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push((await fetch(`${url}/fail`)).status)
    expect(statuses).toEqual([401, 401, 429, 429])
    expect((await limiter.getKey('me'))?.totalHits).toBe(2)
  })

  it('a limit that depends on the request holds exactly, is asked once, and makes denials free', async () => {
    let asked = 0
    const store = new ExpressRateLimitStore(open())
    const limiter = rateLimit(
      store.options({
        windowMs: MINUTE,
        logger,
        keyGenerator: () => 'me',
        skip: ({ path }) => path === '/health',
        limit: async ({ path }: Request) => {
          asked++
          return path === '/write' ? 3 : 10
        },
      }),
    )
    const running = await app(create, limiter, ok)
    expect(tally(await running.burst(20, '/write'))).toEqual({ admitted: 3, denied: 17 })
    expect((await limiter.getKey('me'))?.totalHits).toBe(3)
    expect(tally(await running.burst(20, '/read'))).toEqual({ admitted: 7, denied: 13 })
    expect((await limiter.getKey('me'))?.totalHits).toBe(10)
    expect(asked).toBe(40)
    expect(tally(await running.burst(5, '/health'))).toEqual({ admitted: 5, denied: 0 })
    expect(asked).toBe(40)
  })

  it('a limit function that fails, or answers no number, stops the request and counts nothing', async () => {
    const store = new ExpressRateLimitStore(open())
    const limiter = rateLimit(
      store.options({
        logger,
        passOnStoreError: true,
        keyGenerator: () => 'me',
        limit: () => Promise.reject(new Error('no plan')),
      }),
    )
    const failing = await app(create, limiter, ok)
    expect(await failing.burst(3)).toEqual([500, 500, 500])
    expect(await limiter.getKey('me')).toBeUndefined()

    const absent = new ExpressRateLimitStore(open()).options({ logger, limit: () => Number.NaN })
    expect(await (await app(create, rateLimit(absent), ok)).burst(3)).toEqual([500, 500, 500])
  })

  it('a limit function that the store does not know of holds too, but denials count', async () => {
    const limiter = limited(open(), { limit: ({ path }) => (path === '/write' ? 3 : 10), keyGenerator: () => 'me' })
    const running = await app(create, limiter, ok)
    expect(tally(await running.burst(8, '/write'))).toEqual({ admitted: 3, denied: 5 })
    expect((await limiter.getKey('me'))?.totalHits).toBe(8)
    expect(tally(await running.burst(20, '/read'))).toEqual({ admitted: 2, denied: 18 })
  })

  it.each([
    [0, 0],
    [-1, 0],
    [2.5, 2],
    [Number.POSITIVE_INFINITY, 6],
  ])('a limit of %d admits %d of 6', async (limit, admitted) => {
    const options: Partial<Options> = { limit, validate: { limit: false } }
    const constant = await app(create, limited(open(), options), ok)
    expect(tally(await constant.burst(6)).admitted).toBe(admitted)
    await server.command('FLUSHALL')
    const store = new ExpressRateLimitStore(open())
    const byRequest = rateLimit(store.options({ ...options, logger, limit: () => limit }))
    expect(tally(await (await app(create, byRequest, ok)).burst(6)).admitted).toBe(admitted)
  })

  it('two limiters on one route count each request once each, under different prefixes', async () => {
    const counters = open()
    const both = [
      limited(counters, { limit: 5 }, { prefix: 'minute' }),
      limited(counters, { limit: 3, skipFailedRequests: true }, { prefix: 'burst' }),
    ]
    const running = await app(create, ...both, ok)
    expect(tally(await running.burst(10))).toEqual({ admitted: 3, denied: 7 })
  })

  it("express-rate-limit's own checks see two limiters that count under one prefix", async () => {
    const counters = open()
    const running = await app(create, limited(counters), limited(counters), ok)
    await running.burst(1)
    expect(complaints.splice(0)).toEqual([expect.stringContaining('ERR_ERL_DOUBLE_COUNT')])
  })
})

describe('denials', () => {
  it('write nothing to Redis', async () => {
    const store = new ExpressRateLimitStore(new IoredisStore(redis), { deadlineMs: 30_000 })
    const limiter = rateLimit({ windowMs: MINUTE, limit: 3, logger, store, skipFailedRequests: true })
    const [, create] = expresses[1] as (typeof expresses)[0]
    const running = await app(create, limiter, ok)
    await server.command('CONFIG', 'RESETSTAT')
    await running.burst(3)
    const before = await writes(server)
    expect(before).toBeGreaterThan(0)
    expect(tally(await running.burst(50))).toEqual({ admitted: 0, denied: 50 })
    expect(await writes(server)).toBe(before)
  })
})

describe('a store that fails', () => {
  const broken: CounterStore = { apply: () => Promise.reject(new Error('down')) }
  const [, create] = expresses[1] as (typeof expresses)[0]

  it('stops requests, or passes them on if passOnStoreError says so, or asks the store to fall back on', async () => {
    const limiter = (options: Partial<Options>, settings?: ExpressRateLimitStoreOptions) =>
      rateLimit({ limit: 2, logger, ...options, store: new ExpressRateLimitStore(broken, settings) })
    expect(await (await app(create, limiter({}), ok)).burst(3)).toEqual([500, 500, 500])
    expect(await (await app(create, limiter({ passOnStoreError: true }), ok)).burst(3)).toEqual([200, 200, 200])
    expect(complaints.splice(0)).toHaveLength(3)
    const fallback = await app(create, limiter({}, { onStoreError: new MemoryStore() }), ok)
    expect(tally(await fallback.burst(5))).toEqual({ admitted: 2, denied: 3 })
  })

  it.each([
    [{ windowMs: MINUTE, limit: Number.NaN }, /limit must be/],
    [{ windowMs: 0, limit: 5 }, /window must be/],
    [{ windowMs: 0.5, limit: 5 }, /window must be/],
  ])('for an invalid window (%j) stops every request', async (options, message) => {
    const store = new ExpressRateLimitStore(new MemoryStore())
    const { url } = await app(create, rateLimit({ ...options, logger, store }), ok)
    expect(complaints.splice(0)).toEqual([expect.stringMatching(message)])
    const response = await fetch(url)
    expect(response.status).toBe(500)
    expect(await response.text()).toMatch(message)
  })

  it('one store for two limiters with different settings stops every request of all', async () => {
    const store = new ExpressRateLimitStore(new MemoryStore())
    const login = rateLimit({ windowMs: MINUTE, limit: 5, logger, store })
    const api = rateLimit({ windowMs: 1000, limit: 100, logger, store })
    const third = rateLimit({ windowMs: 1000, limit: 100, logger, store })
    expect(complaints.splice(0)).toEqual([
      expect.stringContaining('ERR_ERL_STORE_REUSE'),
      expect.stringContaining('another prefix'),
      expect.stringContaining('ERR_ERL_STORE_REUSE'),
      expect.stringContaining('another prefix'),
    ])
    for (const limiter of [login, api, third])
      expect(await (await app(create, limiter, ok)).burst(2)).toEqual([500, 500])
  })

  it('one store for two limiters with the same settings is one limit', async () => {
    const store = new ExpressRateLimitStore(new MemoryStore())
    const limiters = [1, 2].map(() => rateLimit({ windowMs: MINUTE, limit: 5, logger, store }))
    expect(complaints.splice(0)).toEqual([expect.stringContaining('ERR_ERL_STORE_REUSE')])
    const apps = await Promise.all(limiters.map((limiter) => app(create, limiter, ok)))
    const statuses = await Promise.all(apps.map((each) => each.burst(5)))
    expect(tally(statuses.flat())).toEqual({ admitted: 5, denied: 5 })
  })
})

describe('one connection that stays open', () => {
  it('carries no limit from one request over to the next', async () => {
    const store = new ExpressRateLimitStore(new MemoryStore())
    const options = store.options({
      logger,
      keyGenerator: ({ path }) => path,
      limit: ({ path }) => Number(path.slice(1)),
    })
    const [, create] = expresses[1] as (typeof expresses)[0]
    const { url } = await app(create, rateLimit(options), ok)
    const { Agent, get } = await import('node:http')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const ports = new Set<number | undefined>()
    const status = async (path: string) => {
      const [response] = await once(get(url + path, { agent }), 'response')
      ports.add(response.socket.localPort)
      response.resume()
      await once(response, 'end')
      return response.statusCode
    }
    for (const path of ['/1', '/3', '/2', '/3', '/2', '/3']) expect(await status(path), path).toBe(200)
    for (const path of ['/1', '/3', '/2']) expect(await status(path), path).toBe(429)
    expect(ports.size).toBe(1)
  })
})

/** How many commands have written so far, by Redis's own statistics. */
async function writes(from: RedisServer): Promise<number> {
  const stats = `${await from.command('INFO', 'commandstats')}`
  return [...stats.matchAll(/cmdstat_(?:set|incrby|decrby|del|pexpireat|pexpire):calls=(\d+)/g)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  )
}
