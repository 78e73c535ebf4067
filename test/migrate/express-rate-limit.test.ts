import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { FixedWindowRateLimiter, OptionError } from '@rl/core'
import { clientIp } from '@rl/http/client-ip'
import { type ExpressRateLimitOptions, rateLimit as ours } from '@rl/http/express'
import { ExpressRateLimitStore } from '@rl/http/express-rate-limit'
import { legacy } from '@rl/http/headers'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { type RedisServer, startRedis } from '@rl/test-servers'
import express, { type Request, type RequestHandler } from 'express'
import { ipKeyGenerator, type Options, MemoryStore as TheirMemoryStore, rateLimit as theirs } from 'express-rate-limit'
import { Redis } from 'ioredis'
import { RedisStore } from 'rate-limit-redis'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, vi } from 'vitest'
import { describeClaims } from '../docs/claims.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.command('FLUSHALL'))
afterAll(() => server.stop())

function redis(port: number, options: Partial<typeof recommendedOptions> = {}): Redis {
  const client = new Redis(port, '127.0.0.1', options)
  client.on('error', () => {})
  onTestFinished(() => client.disconnect())
  return client
}

function redisStore(client: Redis): RedisStore {
  return new RedisStore({ sendCommand: (...[command = '', ...args]) => client.call(command, ...args) as never })
}

/** Quiet options of theirs: a minute, two requests. */
function their(options: Partial<Options> = {}): RequestHandler {
  return theirs({ windowMs: 60_000, limit: 2, validate: false, ...options })
}

function limiterOf(limit: number, store = new MemoryStore()): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name: 'api', store, limit, window: '1m', anchor: 'first-hit' })
}

function our(options: Partial<ExpressRateLimitOptions> = {}): RequestHandler {
  return ours({ limiter: limiterOf(2), key: () => 'id', ...options } as ExpressRateLimitOptions)
}

/** Serves an app with the middleware, on whose only route requests get the status that they ask for. */
async function serve(middleware: RequestHandler): Promise<(headers?: Record<string, string>) => Promise<Response>> {
  const app = express().set('trust proxy', 1).set('env', 'test')
  app.use(middleware, (request, response) => {
    response.status(Number(request.get('x-status') ?? 200)).send('hello')
  })
  const http = app.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    http.close()
    http.closeAllConnections()
  })
  const { port } = http.address() as AddressInfo
  return (headers = {}) => fetch(`http://127.0.0.1:${port}/`, { headers })
}

async function statuses(get: () => Promise<Response>, calls: number): Promise<readonly number[]> {
  const all: number[] = []
  for (let call = 0; call < calls; call++) all.push((await get()).status)
  return all
}

const anyKey = { keyGenerator: () => 'id' }

describeClaims('docs/migrate/express-rate-limit.md', {
  'A denied request counts there, and not here': async () => {
    const store = redisStore(redis(server.port))
    expect(await statuses(await serve(their({ ...anyKey, store })), 5)).toEqual([200, 200, 429, 429, 429])
    expect(await server.command('GET', 'rl:id')).toBe('5')

    const counters = new IoredisStore(redis(server.port, recommendedOptions))
    const bridged = new ExpressRateLimitStore(counters, { deadlineMs: 20_000 })
    expect(await statuses(await serve(their({ ...anyKey, store: bridged })), 5)).toEqual([200, 200, 429, 429, 429])
    const [key] = (await server.command('KEYS', '*express-rate-limit*')) as string[]
    expect(await server.command('GET', key ?? '')).toMatch(/\D2$/)
  },

  'A failed request gives back a unit that a denial took there': async () => {
    const decrements = vi.spyOn(TheirMemoryStore.prototype, 'decrement')
    onTestFinished(() => decrements.mockRestore())
    const get = await serve(their({ ...anyKey, skipFailedRequests: true }))
    expect(await statuses(get, 3)).toEqual([200, 200, 429])
    await vi.waitFor(() => expect(decrements).toHaveBeenCalledTimes(1))

    const limiter = limiterOf(2)
    const refunds = vi.spyOn(limiter, 'refund')
    const ourGet = await serve(our({ limiter, refund: 'failed' }))
    expect(await statuses(ourGet, 3)).toEqual([200, 200, 429])
    await ourGet({ 'x-status': '500' })
    expect(refunds).not.toHaveBeenCalled()
  },

  'A limit that is not a number lets everything pass there': async () => {
    const limit = Number.NaN
    expect(await statuses(await serve(their({ ...anyKey, limit })), 4)).toEqual([200, 200, 200, 200])

    expect(() => limiterOf(limit)).toThrow(OptionError)
    const logger = { error: () => {}, warn: () => {} }
    const store = new ExpressRateLimitStore(new MemoryStore())
    expect(await statuses(await serve(their({ ...anyKey, limit, store, logger })), 2)).toEqual([500, 500])
  },

  'A dead Redis holds requests up there': async () => {
    const hung = await startRedis()
    onTestFinished(() => hung.stop())
    const theirGet = await serve(their({ ...anyKey, store: redisStore(redis(hung.port)) }))
    const counters = new IoredisStore(redis(hung.port, recommendedOptions))
    const ourGet = await serve(their({ ...anyKey, store: new ExpressRateLimitStore(counters) }))
    expect([(await theirGet()).status, (await ourGet()).status]).toEqual([200, 200])
    hung.pause()
    let settled = false
    const held = theirGet().then(() => {
      settled = true
    })
    expect((await ourGet()).status).toBe(500)
    expect(settled).toBe(false)
    hung.resume()
    await held
  },

  'The answer to a denied request is text there, and problem details here': async () => {
    const denied = await (await serve(their({ ...anyKey, limit: 0 })))()
    expect(await denied.text()).toBe('Too many requests, please try again later.')
    const problem = await (await serve(our({ limiter: limiterOf(0) })))()
    expect(problem.headers.get('content-type')).toBe('application/problem+json')
    const text = 'Too many requests, please try again later.'
    const asBefore = await serve(
      our({ limiter: limiterOf(0), denied: (_result, _request, response) => response.status(429).send(text) }),
    )
    expect(await (await asBefore()).text()).toBe(text)
  },

  'The header fields differ by default': async () => {
    const fields = async (middleware: RequestHandler): Promise<readonly string[]> => {
      const response = await (await serve(middleware))()
      return [...response.headers.keys()].filter((name) => name.includes('ratelimit')).sort()
    }
    const threeFields = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
    expect(await fields(their(anyKey))).toEqual(threeFields)
    expect(await fields(our())).toEqual(['ratelimit', 'ratelimit-policy'])
    expect(await fields(our({ headers: legacy }))).toEqual(threeFields)
    const draft8 = await fields(their({ ...anyKey, standardHeaders: 'draft-8', legacyHeaders: false }))
    expect(draft8).toEqual(['ratelimit', 'ratelimit-policy'])
  },

  'An IPv6 client is a /56 there, and a /64 here': async () => {
    const ip = '2001:db8:1:203::1'
    expect(ipKeyGenerator(ip)).toBe('2001:db8:1:200::/56')
    expect(clientIp({ address: () => ip })({})).toBe('2001:db8:1:203::/64')
    expect(clientIp({ address: () => ip, ipv6Prefix: 56 })({})).toBe('2001:db8:1:200::/56')
  },

  'Unknown options are logged there, and refused here': async () => {
    const error = vi.fn()
    const warn = vi.fn()
    theirs({ windowMs: 60_000, limt: 2, logger: { error, warn } } as Partial<Options>)
    expect(error.mock.calls.length + warn.mock.calls.length).toBe(1)
    expect(() => our({ limt: 2 } as never)).toThrow(OptionError)
  },

  "The proxies that count are Express's there, and the key's own here": async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.7' }
    let seen = ''
    const theirGet = await serve(
      their({
        handler: (request, response) => {
          seen = (request as { rateLimit?: { key?: string } }).rateLimit?.key ?? ''
          response.sendStatus(429)
        },
        limit: 0,
      }),
    )
    await theirGet(forwarded)
    expect(seen).toBe('203.0.113.7')

    const keyed = (key: ExpressRateLimitOptions['key']) =>
      our({
        key,
        limiter: limiterOf(0),
        denied: (result, _request, response) => response.status(429).send(result.decision.id),
      })
    const idUnder = async (key: ExpressRateLimitOptions['key']) => (await (await serve(keyed(key)))(forwarded)).text()
    expect(await idUnder(clientIp())).toBe('127.0.0.1')
    expect(await idUnder(clientIp({ trustedProxies: ['loopback'] }))).toBe('203.0.113.7')
    expect(await idUnder(clientIp({ hops: 1 }))).toBe('203.0.113.7')
    expect(await idUnder(clientIp({ address: (request) => (request as Request).ip }))).toBe('203.0.113.7')
  },

  'It works with what is there': async () => {
    expect(await statuses(await serve(theirs()), 6)).toEqual([200, 200, 200, 200, 200, 429])
    expect(() => ours({} as never)).toThrow(OptionError)
  },

  'It takes stores that others wrote for it': async () => {
    const used: string[] = []
    const store = {
      increment: async (key: string) => {
        used.push(key)
        return { totalHits: 1, resetTime: undefined }
      },
      decrement: async () => {},
      resetKey: async () => {},
    }
    await (await serve(their({ ...anyKey, store })))()
    expect(used).toEqual(['id']) // a store is an object with these methods
  },

  'It warns of a wrong trust proxy': async () => {
    const error = vi.fn()
    const app = express().use(theirs({ logger: { error, warn: () => {} } }), (_request, response) => {
      response.send('hello')
    })
    const http = app.listen(0, '127.0.0.1')
    await once(http, 'listening')
    onTestFinished(() => {
      http.close()
      http.closeAllConnections()
    })
    const { port } = http.address() as AddressInfo
    await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_ERL_UNEXPECTED_X_FORWARDED_FOR' }))
  },

  'It sets its own Retry-After': async () => {
    const response = await (await serve(their({ ...anyKey, limit: 0, retryAfter: 7 })))()
    expect(response.headers.get('retry-after')).toBe('7')
    expect(() => our({ retryAfter: 7 } as never)).toThrow(OptionError)
  },
})
