import { FixedWindowRateLimiter, OptionError, type RateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { clientIp } from '../src/client-ip/client-ip.ts'
import { ExpressRateLimitStore } from '../src/frameworks/express-rate-limit.ts'
import { rateLimit as limitFetch } from '../src/frameworks/fetch.ts'
import { rateLimit as limitHono } from '../src/frameworks/hono.ts'
import { rateLimit as limitNext, type NextRequestLike } from '../src/frameworks/next.ts'
import { Guard, type GuardOptions } from '../src/index.ts'
import { limiterOf } from './limiters.ts'

const key = () => 'ann'
const request = () => new Request('http://localhost/')

describe('a `denied` that answers no Response', () => {
  const answers: readonly [name: string, answer: unknown][] = [
    ['a string', 'too many'],
    ['an object', { status: 429 }],
    ['a number', 429],
  ]

  test.each(answers)('%s is an OptionError, and no answer with status 200', async (_, answer) => {
    const options = { limiter: limiterOf({ limit: 0 }), key, denied: () => answer as Response }
    const isError = expect.objectContaining({ option: 'denied' })
    await expect(limitFetch(options)(() => new Response())(request())).rejects.toEqual(isError)
    await expect(limitNext(options)(() => new Response())(request() as NextRequestLike)).rejects.toEqual(isError)
    const app = new Hono()
    app.onError((error, c) => c.text(error.message, 500))
    app.use(limitHono(options))
    const response = await app.request('/')
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('denied must be')])
  })

  test('nothing at all is the default answer', async () => {
    const options = { limiter: limiterOf({ limit: 0 }), key, denied: () => undefined as unknown as Response }
    expect((await limitFetch(options)(() => new Response())(request())).status).toBe(429)
  })
})

test('a handler that gives nothing, as after server.upgrade() of Bun, passes and is counted', async () => {
  const limiter = limiterOf({ limit: 2 })
  const handler = limitFetch({ limiter, key, refund: 'failed' })(() => undefined)
  expect(await handler(request())).toBeUndefined()
  expect(await limiter.peek('ann')).toMatchObject({ remaining: 1 })
})

describe('inherited options', () => {
  const left: Record<string, unknown> = { cost: 0, hops: 1, skip: () => true, refund: 'successful', prefix: 'theirs' }

  beforeEach(() => void Object.assign(Object.prototype, left))
  afterEach(() => {
    for (const name of Object.keys(left)) delete (Object.prototype as Record<string, unknown>)[name]
  })

  test('change neither a guard nor an entry of several limiters', async () => {
    for (const options of [
      { limiter: limiterOf({ limit: 1 }), key },
      { limiters: [{ limiter: limiterOf({ limit: 1 }), key }] },
    ]) {
      const handler = limitFetch(options)(() => new Response())
      expect([(await handler(request())).status, (await handler(request())).status]).toEqual([200, 429])
    }
  })

  test('change neither clientIp nor the Express bridge', () => {
    const spoofed = { socket: { remoteAddress: '203.0.113.66' }, headers: { 'x-forwarded-for': '6.6.6.6' } }
    expect(clientIp()(spoofed)).toBe('203.0.113.66')
    expect(new ExpressRateLimitStore(new MemoryStore()).prefix).toBe('express-rate-limit')
  })
})

describe('mistakes that are shown once per process', () => {
  let warn: ReturnType<typeof vi.spyOn>

  beforeEach(() => {
    warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  })
  afterEach(() => void vi.restoreAllMocks())

  test('the same limiter twice about one request under one key', async () => {
    const limiter = limiterOf({ name: 'twice', limit: 9 })
    const limited = limitFetch({ limiter, key })
    const handler = limited(limited(() => new Response()))
    await handler(request())
    await handler(request())
    expect(warn.mock.calls).toEqual([[expect.stringContaining('"twice" was asked twice about one request')]])
  })

  test('not two limiters, nor one limiter under two keys', async () => {
    const limiter = limiterOf({ name: 'two keys' })
    const limited = limitFetch({ limiters: [{ limiter, key }, { limiter, key: () => 'address' }, limiterOf({})], key })
    await limitFetch({ limiter, key: () => 'third' })(limited(() => new Response()))(request())
    expect(warn).not.toHaveBeenCalled()
  })

  test('a limiter made for each request', () => {
    const store = new MemoryStore()
    const create = () => new FixedWindowRateLimiter({ name: 'anew', store, limit: 1, window: '1m' })
    const one = create()
    for (let i = 0; i < 300; i++) new Guard({ limiter: one, key })
    expect(warn).not.toHaveBeenCalled()
    for (let i = 0; i < 300; i++) new Guard({ limiter: create(), key })
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^@rl: 100 limiters with the name "anew" were made\. Make/)],
    ])
  })
})

test.each<[string, () => unknown, string]>([
  ['rateLimit(null)', () => limitFetch(null as never), 'options'],
  [
    'a misspelt option of the Express bridge',
    () => new ExpressRateLimitStore(new MemoryStore(), { prefixx: 'a' } as never),
    'options',
  ],
  ['options in place of the bridge’s store', () => new ExpressRateLimitStore({ prefixx: 'a' } as never), 'store'],
  [
    'a limiter of another version of core',
    () => limitFetch({ limiter: Object.assign(Object.create(limiterOf({})), { peek: undefined }), key }),
    'limiter',
  ],
])('%s is an OptionError that names the option', (_, create, option) => {
  expect(create).toThrow(OptionError)
  expect(create).toThrow(expect.objectContaining({ option }))
})

test('a wrapper of a limiter may be a plain object, alone and among several', async () => {
  const wrapped = (): RateLimiter => {
    const limiter = limiterOf({ limit: 1 })
    const { name, windows } = limiter
    const wrapper: Pick<RateLimiter, 'name' | 'windows' | 'limit' | 'peek' | 'refund'> = {
      name,
      windows,
      limit: (id, given) => limiter.limit(id, given),
      peek: (id, given) => limiter.peek(id, given),
      refund: (decision) => limiter.refund(decision),
    }
    return wrapper as RateLimiter
  }
  for (const options of [{ limiter: wrapped() }, { limiters: [wrapped(), { limiter: wrapped() }] }]) {
    const guard = new Guard<[], undefined>({ ...options, key } as GuardOptions<[], undefined>)
    expect((await guard.check())?.result.allowed).toBe(true)
    expect((await guard.check())?.result.allowed).toBe(false)
  }
})
