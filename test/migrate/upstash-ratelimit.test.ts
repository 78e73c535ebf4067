import { FixedWindowRateLimiter, type LimiterOptions, OptionError } from '@rl/core'
import { denyCache } from '@rl/core/fast-paths'
import { MemoryStore } from '@rl/memory'
import {
  type RedisServer,
  startFaultProxy,
  startRedis,
  startUpstashRest,
  type UpstashRestServer,
} from '@rl/test-servers'
import { recommendedOptions, UpstashStore } from '@rl/upstash'
import { MultiRegionRatelimit, Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, vi } from 'vitest'
import { describeClaims } from '../docs/claims.ts'

let server: RedisServer
let rest: UpstashRestServer
beforeAll(async () => {
  server = await startRedis()
  rest = await startUpstashRest({ redisUrl: server.url })
})
beforeEach(() => server.command('FLUSHALL'))
afterEach(() => {
  vi.restoreAllMocks()
})
afterAll(async () => {
  await rest.stop()
  await server.stop()
})

type TheirOptions = Partial<ConstructorParameters<typeof Ratelimit>[0]>

/** Without a cache, so that Redis is asked each time. A day, so that no window ends meanwhile. */
function theirs(limit: number, options: TheirOptions = {}): Ratelimit {
  const redis = new Redis({ url: rest.url, token: rest.token, ...recommendedOptions })
  return new Ratelimit({ redis, limiter: Ratelimit.fixedWindow(limit, '1 d'), ephemeralCache: false, ...options })
}

function ours(limit: number, options: Pick<LimiterOptions, 'fastPaths'> = {}): FixedWindowRateLimiter {
  const store = new UpstashStore(new Redis({ url: rest.url, token: rest.token, ...recommendedOptions }))
  return new FixedWindowRateLimiter({ name: 'api', store, limit, window: '1d', deadlineMs: 20_000, ...options })
}

async function admitted(calls: number, call: () => Promise<boolean>): Promise<number> {
  let count = 0
  for (let i = 0; i < calls; i++) if (await call()) count++
  return count
}

const DAY_MS = 24 * 60 * 60 * 1000

describeClaims('docs/migrate/upstash-ratelimit.md', {
  'A denial consumes there, and nothing here': async () => {
    const their = theirs(5)
    const rates = [2, 5, 1]
    const successes = []
    for (const rate of rates) successes.push((await their.limit('id', { rate })).success)
    expect(successes).toEqual([true, false, false])

    const our = ours(5)
    expect(await our.isAllowed('id', { cost: 2 })).toBe(true)
    expect(await our.isAllowed('id', { cost: 5 })).toBe(false)
    expect(await our.isAllowed('id', { cost: 3 })).toBe(true)
  },

  "Windows follow the caller's clock there": async () => {
    const now = Date.now()
    const clock = vi.spyOn(Date, 'now')
    const [one, other] = [theirs(5), theirs(5)]
    clock.mockReturnValue(now)
    const before = await admitted(8, async () => (await one.limit('id')).success)
    clock.mockReturnValue(now + DAY_MS)
    const after = await admitted(8, async () => (await other.limit('id')).success)
    expect(before + after).toBe(10)

    const [first, second] = [ours(5), ours(5)]
    clock.mockReturnValue(now)
    const oneHost = await admitted(8, () => first.isAllowed('id'))
    clock.mockReturnValue(now + DAY_MS)
    const otherHost = await admitted(8, () => second.isAllowed('id'))
    expect(oneHost + otherHost).toBe(5)
  },

  "A negative rate raises a fresh window's limit there": async () => {
    const their = theirs(10)
    await their.limit('id', { rate: -5 })
    expect(await admitted(20, async () => (await their.limit('id')).success)).toBe(15)

    let now = Date.UTC(2026, 0, 1)
    const store = new MemoryStore({ now: () => now })
    const our = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1d' })
    const decision = await our.limit('id', { cost: 5 })
    now += DAY_MS
    expect(await our.refund(decision)).toBe(false)
    expect(await admitted(20, () => our.isAllowed('id'))).toBe(10)
    await expect(our.limit('id', { cost: -5 })).rejects.toBeInstanceOf(OptionError)
  },

  'A store that is too slow admits there': async () => {
    const slow = await startFaultProxy({
      targetPort: rest.port,
      protocol: 'http',
      seed: 1,
      rate: 1,
      kinds: ['drop-reply'],
    })
    onTestFinished(() => slow.stop())
    const url = `http://127.0.0.1:${slow.port}`
    const redis = new Redis({ url, token: rest.token, ...recommendedOptions })
    const late = await theirs(0, { redis, timeout: 50 }).limit('id')
    expect(late).toMatchObject({ success: true, limit: 0, remaining: 0, reset: 0, reason: 'timeout' })

    const common = { name: 'api', store: new UpstashStore(redis), limit: 0, window: '1d', deadlineMs: 50 }
    await expect(new FixedWindowRateLimiter(common).limit('id')).rejects.toMatchObject({ outcome: 'unknown' })
    const open = await new FixedWindowRateLimiter({ ...common, onStoreError: 'allow' }).limit('id')
    expect(open).toMatchObject({ allowed: true, source: 'failure-policy' })
    expect(open).not.toHaveProperty('remaining')
  },

  'A reset searches there, and names its key here': async () => {
    const their = theirs(5)
    await their.limit('id')
    expect(await commandStats(() => their.resetUsedTokens('id'))).toContain('cmdstat_scan:')
    const our = ours(5)
    await our.limit('id')
    const commands = await commandStats(() => our.reset('id'))
    expect(commands).toContain('cmdstat_evalsha:calls=1,')
    expect(commands).not.toContain('cmdstat_scan:')
  },

  'A denied identifier is cached there by default': async () => {
    const [one, other] = [theirs(1, { ephemeralCache: new Map() }), theirs(1)]
    await one.limit('id')
    await one.limit('id')
    await other.resetUsedTokens('id')
    expect(await one.limit('id')).toMatchObject({ success: false, reason: 'cacheBlock' })

    const [first, second] = [ours(1, { fastPaths: [denyCache()] }), ours(1)]
    await first.limit('id')
    expect((await first.limit('id')).source).toBe('deny-cache')
    await second.reset('id')
    await vi.waitFor(async () => expect(await first.isAllowed('id')).toBe(true), { timeout: 20_000 })
    await second.limit('id')
    expect((await second.limit('id')).source).toBe('store')
  },

  'A failed request is sent again there': async () => {
    let requests = 0
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
      requests++
      throw new TypeError('fetch failed')
    })
    const quick = { retry: { retries: 5, backoff: () => 1 } } // the default, but for the waits
    await expect(
      theirs(5, { redis: new Redis({ url: rest.url, token: rest.token, ...quick }) }).limit('id'),
    ).rejects.toThrow()
    expect(requests).toBe(6)
    requests = 0
    await expect(ours(5).limit('id')).rejects.toMatchObject({ name: 'StoreError' })
    expect(requests).toBe(1)

    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    new UpstashStore(new Redis({ url: rest.url, token: rest.token }))
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('5 retries'))
  },

  'Calls that wait together are one command here': async () => {
    const [their, our] = [theirs(100), ours(100)]
    await Promise.all([their.limit('id'), our.limit('id')]) // now the server has the scripts
    const calls = Array.from({ length: 20 })
    const both: [limit: () => Promise<unknown>, commands: number][] = [
      [() => their.limit('id'), 20],
      [() => our.limit('id'), 1],
    ]
    for (const [limit, commands] of both) {
      const before = rest.requests
      const stats = await commandStats(() => Promise.all(calls.map(() => limit())))
      expect(rest.requests - before).toBe(1)
      expect(stats).toContain(`cmdstat_evalsha:calls=${commands},`)
    }
  },

  'It has sliding windows and token buckets': async () => {
    for (const limiter of [Ratelimit.slidingWindow(2, '1 d'), Ratelimit.tokenBucket(1, '1 d', 2)]) {
      await server.command('FLUSHALL')
      expect(await admitted(5, async () => (await theirs(2, { limiter }).limit('id')).success)).toBe(2)
    }
    refuses({ limiter: 'sliding' })
  },

  'It changes limits at run time, in Redis': async () => {
    const [one, other] = [theirs(2, { dynamicLimits: true }), theirs(2, { dynamicLimits: true })]
    await one.setDynamicLimit({ limit: 4 })
    expect(await admitted(8, async () => (await other.limit('id')).success)).toBe(4)
    refuses({ dynamicLimits: true })
  },

  'It sends analytics': async () => {
    const { pending } = await theirs(2, { analytics: true, prefix: 'charted' }).limit('id')
    await pending
    expect(await server.command('KEYS', 'charted:events:*')).toHaveLength(1)
    refuses({ analytics: true })
  },

  'It has deny lists': async () => {
    await server.command('SADD', 'guarded:denyList:all', 'evil')
    const their = theirs(2, { enableProtection: true, prefix: 'guarded' })
    await server.command('SET', 'guarded:ipDenyListStatus', 'valid', 'EX', '60') // or it fetches one from the internet
    const { success, reason, deniedValue } = await their.limit('id', { userAgent: 'evil' })
    expect({ success, reason, deniedValue }).toEqual({ success: false, reason: 'denyList', deniedValue: 'evil' })
    refuses({ enableProtection: true })
  },

  'It counts in several regions': async () => {
    const second = await startRedis()
    const secondRest = await startUpstashRest({ redisUrl: second.url })
    onTestFinished(async () => {
      await secondRest.stop()
      await second.stop()
    })
    const redis = [rest, secondRest].map(({ url, token }) => new Redis({ url, token, ...recommendedOptions }))
    const their = new MultiRegionRatelimit({
      redis: redis as never[],
      limiter: MultiRegionRatelimit.fixedWindow(2, '1 d'),
    })
    await (await their.limit('id')).pending
    for (const each of [server, second]) expect(await each.command('DBSIZE')).toBe(1)
    refuses({ redis })
  },
})

function refuses(option: object): void {
  const options = { name: 'api', store: new MemoryStore(), limit: 1, window: '60s', ...option }
  expect(() => new FixedWindowRateLimiter(options)).toThrow(OptionError)
}

/** Which commands the server ran meanwhile, as `INFO` shows them. */
async function commandStats(run: () => Promise<unknown>): Promise<string> {
  await server.command('CONFIG', 'RESETSTAT')
  await run()
  return String(await server.command('INFO', 'commandstats'))
}
