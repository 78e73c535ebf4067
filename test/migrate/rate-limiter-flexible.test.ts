import { FixedWindowRateLimiter, OptionError, StoreError } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import * as flexible from 'rate-limiter-flexible'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterUnion } from 'rate-limiter-flexible'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { startCuttingProxy } from '../cutting-proxy.ts'
import { describeClaims } from '../docs/claims.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.command('FLUSHALL'))
afterEach(() => {
  vi.useRealTimers()
})
afterAll(() => server.stop())

function redis(port: number, options: Partial<typeof recommendedOptions> = {}): Redis {
  const client = new Redis(port, '127.0.0.1', options)
  client.on('error', () => {})
  onTestFinished(() => client.disconnect())
  return client
}

function limiterOf(limit: number, window: string, store: MemoryStore | IoredisStore = new MemoryStore()) {
  return new FixedWindowRateLimiter({ name: 'api', store, limit, window, anchor: 'first-hit', deadlineMs: 5000 })
}

/** Whether it admits. */
async function admits(consumed: Promise<unknown>): Promise<boolean> {
  return consumed.then(
    () => true,
    (rejected) => {
      if (rejected instanceof Error) throw rejected
      return false
    },
  )
}

describeClaims('docs/migrate/rate-limiter-flexible.md', {
  'A denial consumes there, and nothing here': async () => {
    const storeClient = redis(server.port)
    for (const theirs of [
      new RateLimiterMemory({ points: 5, duration: 60 }),
      new RateLimiterRedis({ storeClient, points: 5, duration: 60 }),
    ]) {
      expect(await admits(theirs.consume('id', 2))).toBe(true)
      expect(await admits(theirs.consume('id', 5))).toBe(false)
      expect(await admits(theirs.consume('id', 1))).toBe(false)
    }

    const ours = limiterOf(5, '60s', new IoredisStore(redis(server.port, recommendedOptions)))
    expect(await ours.isAllowed('id', { cost: 2 })).toBe(true)
    expect(await ours.isAllowed('id', { cost: 5 })).toBe(false)
    expect(await ours.isAllowed('id', { cost: 3 })).toBe(true)
  },

  'A duration below a second has no end there': async () => {
    const storeClient = redis(server.port)
    const theirs = new RateLimiterRedis({ storeClient, keyPrefix: 'short', points: 1, duration: 0.5 })
    await theirs.consume('id')
    expect(await server.command('PTTL', 'short:id')).toBe(-1)
    const longer = new RateLimiterRedis({ storeClient, keyPrefix: 'longer', points: 1, duration: 1.9 })
    await longer.consume('id')
    expect(await server.command('PTTL', 'longer:id')).toSatisfy((ms: number) => ms > 0 && ms <= 1000)

    const ours = limiterOf(1, '500ms', new IoredisStore(redis(server.port, recommendedOptions)))
    await ours.limit('id')
    expect(await server.command('PTTL', 'rl:1:{api:id}')).not.toBe(-1)
    await vi.waitFor(async () => expect(await ours.isAllowed('id')).toBe(true), { timeout: 20_000 })
  },

  'A window above 24.8 days is never enforced in memory there': async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warnings.mockRestore())
    const theirs = new RateLimiterMemory({ points: 1, duration: 25 * 24 * 60 * 60 })
    await theirs.consume('id')
    await vi.waitFor(async () => expect(await theirs.get('id')).toBe(null), { timeout: 20_000 })
    expect(await admits(theirs.consume('id'))).toBe(true)

    const ours = limiterOf(1, '25d')
    await ours.limit('id')
    expect(await ours.isAllowed('id')).toBe(false)
  },

  'A union charges the limiters that did not deny there': async () => {
    const second = new RateLimiterMemory({ keyPrefix: 'second', points: 1, duration: 60 })
    const day = new RateLimiterMemory({ keyPrefix: 'day', points: 3, duration: 86_400 })
    const union = new RateLimiterUnion(second, day)
    expect(await admits(union.consume('id'))).toBe(true)
    expect(await admits(union.consume('id'))).toBe(false)
    expect(await day.get('id')).toMatchObject({ consumedPoints: 2 })

    const windows = [
      { limit: 1, window: '60s', anchor: 'first-hit' as const },
      { limit: 3, window: '1d', anchor: 'first-hit' as const },
    ]
    const ours = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), windows })
    expect(await ours.isAllowed('id')).toBe(true)
    expect(await ours.isAllowed('id')).toBe(false)
    expect((await ours.peek('id')).windows.map(({ remaining }) => remaining)).toEqual([0, 2])
  },

  'Not a number disables the limiter in memory there': async () => {
    const theirs = new RateLimiterMemory({ points: 1, duration: 60 })
    await theirs.consume('id', Number.NaN)
    for (let call = 0; call < 5; call++) expect(await admits(theirs.consume('id'))).toBe(true)

    for (const cost of [Number.NaN, -1, 0.5])
      await expect(limiterOf(1, '60s').limit('id', { cost })).rejects.toBeInstanceOf(OptionError)
  },

  'A reward can go into the next window there': async () => {
    vi.useFakeTimers()
    const theirs = new RateLimiterMemory({ points: 2, duration: 60 })
    await theirs.consume('id')
    vi.advanceTimersByTime(61_000)
    await theirs.reward('id', 1)
    const admitted = []
    for (let call = 0; call < 4; call++) admitted.push(await admits(theirs.consume('id')))
    expect(admitted).toEqual([true, true, true, false])

    const ours = limiterOf(2, '60s')
    const decision = await ours.limit('id')
    vi.advanceTimersByTime(61_000)
    expect(await ours.refund(decision)).toBe(false)
    expect((await ours.peek('id')).remaining).toBe(2)
  },

  'A lost reply is charged twice there by default': async () => {
    const proxy = await startCuttingProxy(server.port)
    onTestFinished(() => proxy.down())
    const theirs = new RateLimiterRedis({ storeClient: redis(proxy.port), points: 9, duration: 60 })
    await theirs.consume('id')
    proxy.cutNext()
    await theirs.consume('id')
    expect(await theirs.get('id')).toMatchObject({ consumedPoints: 3 })

    const ours = limiterOf(9, '60s', new IoredisStore(redis(proxy.port, recommendedOptions)))
    await ours.limit('id')
    proxy.cutNext()
    await expect(ours.limit('id')).rejects.toMatchObject({ name: 'StoreError', outcome: 'unknown' })
    await vi.waitFor(async () => expect((await ours.peek('id')).remaining).toBe(7), { timeout: 20_000 })

    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    new IoredisStore(redis(server.port))
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('a call can be charged twice'))
  },

  'A dead Redis holds calls up there': async () => {
    const hung = await startRedis()
    onTestFinished(() => hung.stop())
    const theirs = new RateLimiterRedis({ storeClient: redis(hung.port), points: 9, duration: 60 })
    const client = redis(hung.port, recommendedOptions)
    const ours = new FixedWindowRateLimiter({ name: 'api', store: new IoredisStore(client), limit: 9, window: '60s' })
    await Promise.all([theirs.consume('id'), ours.limit('id')])
    hung.pause()
    let settled = false
    const settle = (): void => {
      settled = true
    }
    void theirs.consume('id').then(settle, settle)
    await expect(ours.limit('id')).rejects.toBeInstanceOf(StoreError)
    expect(settled).toBe(false)
    hung.resume()
    await vi.waitFor(() => expect(settled).toBe(true), { timeout: 20_000 })
  },

  'It delays calls evenly': async () => {
    vi.useFakeTimers()
    const theirs = new RateLimiterMemory({ points: 2, duration: 60, execEvenly: true })
    await theirs.consume('id')
    let settled = false
    const second = theirs.consume('id').then(() => {
      settled = true
    })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(settled).toBe(false)
    await vi.advanceTimersByTimeAsync(50_000)
    await second
    refuses({ execEvenly: true })
  },

  'It blocks for longer than the window by itself': async () => {
    const theirs = new RateLimiterMemory({ points: 1, duration: 60, blockDuration: 600 })
    await theirs.consume('id')
    expect(await admits(theirs.consume('id'))).toBe(false)
    expect((await theirs.get('id'))?.msBeforeNext).toBeGreaterThan(60_000)
    await theirs.block('other', 900)
    expect(await admits(theirs.consume('other'))).toBe(false)
    refuses({ blockDuration: 600 })
  },

  'It sets counters to any value': async () => {
    const theirs = new RateLimiterMemory({ points: 2, duration: 60 })
    await theirs.set('id', -3, 60)
    for (let call = 0; call < 5; call++) expect(await admits(theirs.consume('id'))).toBe(true)
    expect(await admits(theirs.consume('id'))).toBe(false)
    expect(limiterOf(1, '60s')).not.toHaveProperty('set')
  },

  'It counts without an end': async () => {
    vi.useFakeTimers()
    const theirs = new RateLimiterMemory({ points: 1, duration: 0 })
    await theirs.consume('id')
    vi.advanceTimersByTime(100 * 365 * 24 * 60 * 60 * 1000)
    expect(await admits(theirs.consume('id'))).toBe(false)
    expect(() => limiterOf(1, '0s')).toThrow(OptionError)
  },

  "It shares a limit between Node's cluster workers without a server": async () => {
    // How it counts there is its own affair: only that it is offered.
    expect(flexible).toMatchObject({ RateLimiterCluster: expect.any(Function) })
  },

  'It has stores for MongoDB, MySQL, SQLite, DynamoDB, Memcached and etcd': async () => {
    const databases = ['Mongo', 'MySQL', 'SQLite', 'Dynamo', 'Memcache', 'Etcd', 'Prisma', 'Drizzle']
    expect(Object.keys(flexible)).toEqual(expect.arrayContaining(databases.map((name) => `RateLimiter${name}`)))
  },
})

test('a penalty takes units past the limit', async () => {
  const theirs = new RateLimiterMemory({ points: 2, duration: 60 })
  await theirs.penalty('id', 3)
  expect(await admits(theirs.consume('id'))).toBe(false)

  const ours = limiterOf(2, '60s')
  const { allowed, remaining } = await ours.limit('id', { cost: 3, limit: Number.MAX_SAFE_INTEGER })
  expect({ allowed, remaining }).toEqual({ allowed: true, remaining: Number.MAX_SAFE_INTEGER - 3 })
  expect(await ours.peek('id')).toMatchObject({ allowed: false, limit: 2, remaining: 0 })
})

function refuses(option: object): void {
  const options = { name: 'api', store: new MemoryStore(), limit: 1, window: '60s', ...option }
  expect(() => new FixedWindowRateLimiter(options)).toThrow(OptionError)
}
