import type { CounterStore } from '@rl/core'
import { denyCache } from '@rl/core/fast-paths'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ExpressRateLimitStore } from '../src/frameworks/express-rate-limit.ts'

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

function ready(counters: CounterStore, { limit = 5, windowMs = 60_000, prefix = 'test' } = {}): ExpressRateLimitStore {
  const store = new ExpressRateLimitStore(counters, { prefix })
  store.init({ limit, windowMs })
  return store
}

// The promises of the stores that come with express-rate-limit, which their tests check.
describe.each(storages)('the Store interface over %s', (_, open) => {
  it('the first hit of a key is 1, each further one adds 1', async () => {
    const store = ready(open())
    for (const totalHits of [1, 2, 3]) expect(await store.increment('a')).toMatchObject({ totalHits })
    expect(await store.increment('b')).toMatchObject({ totalHits: 1 })
  })

  it('hits above the limit are the limit and one, and change nothing', async () => {
    const store = ready(open(), { limit: 2 })
    const hits: number[] = []
    for (let i = 0; i < 5; i++) hits.push((await store.increment('a')).totalHits)
    expect(hits).toEqual([1, 2, 3, 3, 3])
    expect(await store.get('a')).toMatchObject({ totalHits: 2 })
  })

  it('resetTime is a Date within the window, also when denied and when read', async () => {
    const store = ready(open(), { limit: 1 })
    const before = Date.now()
    const times = [await store.increment('a'), await store.increment('a'), await store.get('a')]
    for (const info of times) {
      expect(info?.resetTime).toBeInstanceOf(Date)
      expect(info?.resetTime?.getTime()).toBeGreaterThan(before)
      expect(info?.resetTime?.getTime()).toBeLessThanOrEqual(Date.now() + 60_000)
    }
  })

  it('get reads a key without counting, and knows nothing of others', async () => {
    const store = ready(open())
    expect(await store.get('a')).toBeUndefined()
    await store.increment('a')
    expect(await store.get('a')).toMatchObject({ totalHits: 1 })
    expect(await store.get('a')).toMatchObject({ totalHits: 1 })
    expect(await store.get('b')).toBeUndefined()
  })

  it('get knows the hits above its own limit, which another process let through under a higher one', async () => {
    const counters = open()
    const [high, low] = [ready(counters, { limit: 5 }), ready(counters, { limit: 1 })]
    for (let i = 0; i < 4; i++) await high.increment('a')
    expect(await low.get('a')).toMatchObject({ totalHits: 4 })
    expect((await low.increment('a')).totalHits).toBeGreaterThan(1)
  })

  it('decrement gives the last hit back, once', async () => {
    const store = ready(open())
    await store.increment('a')
    await store.increment('a')
    await store.decrement('a')
    await store.decrement('a')
    expect(await store.get('a')).toMatchObject({ totalHits: 1 })
    expect(await store.increment('a')).toMatchObject({ totalHits: 2 })
  })

  it('decrement after a denial gives nothing back', async () => {
    const store = ready(open(), { limit: 1 })
    await store.increment('a')
    await store.increment('a')
    await store.decrement('a')
    expect(await store.get('a')).toMatchObject({ totalHits: 1 })
  })

  it('decrement belongs to the hit of the same request, among many at once', async () => {
    const store = ready(open(), { limit: 3 })
    const request = async (): Promise<boolean> => {
      const { totalHits } = await store.increment('a')
      const denied = totalHits > 3
      if (denied) await store.decrement('a')
      return !denied
    }
    const admitted = await Promise.all(Array.from({ length: 50 }, request))
    expect(admitted.filter(Boolean)).toHaveLength(3)
    expect(await store.get('a')).toMatchObject({ totalHits: 3 })
  })

  it('decrement of what was not counted here says so and gives nothing back', async () => {
    const store = ready(open())
    await expect(store.decrement('a')).rejects.toThrow(/nothing was counted/)
    await (async () => store.increment('a'))()
    await store.increment('b')
    await expect(store.decrement('a')).rejects.toThrow(/nothing was counted/)
    expect(await store.get('a')).toMatchObject({ totalHits: 1 })
    expect(await store.get('b')).toMatchObject({ totalHits: 1 })
  })

  it('resetKey forgets one key', async () => {
    const store = ready(open(), { limit: 1 })
    await store.increment('a')
    await store.increment('b')
    await store.resetKey('a')
    expect(await store.get('a')).toBeUndefined()
    expect(await store.increment('a')).toMatchObject({ totalHits: 1 })
    expect(await store.increment('b')).toMatchObject({ totalHits: 2 })
  })

  it('stores share keys under one prefix and not under two', async () => {
    const counters = open()
    const [one, same, other] = [ready(counters), ready(counters), ready(counters, { prefix: 'other' })]
    await one.increment('a')
    expect(await same.increment('a')).toMatchObject({ totalHits: 2 })
    expect(await other.increment('a')).toMatchObject({ totalHits: 1 })
    expect([one.prefix, other.prefix, one.localKeys]).toEqual(['test', 'other', false])
  })

  it('any key is counted by itself', async () => {
    const store = ready(open())
    const keys = ['', ' ', 'a', 'a:b', ':', '}x{', '\0', '__proto__', '😀', '2001:db8::/64', 'x'.repeat(500), '\ud800']
    for (const key of keys) expect(await store.increment(key), JSON.stringify(key)).toMatchObject({ totalHits: 1 })
    for (const key of keys) expect(await store.increment(key), JSON.stringify(key)).toMatchObject({ totalHits: 2 })
    const missing = undefined as unknown as string // what a keyGenerator may answer in JavaScript
    expect(await store.increment(missing)).toMatchObject({ totalHits: 1 })
    expect(await store.increment(missing)).toMatchObject({ totalHits: 2 })
  })

  it('a window opens with the first hit and ends after windowMs', async () => {
    const store = ready(open(), { limit: 1, windowMs: 300 })
    const first = await store.increment('a')
    expect(await store.increment('a')).toMatchObject({ totalHits: 2 })
    await expect.poll(async () => store.get('a'), { timeout: 20_000 }).toBeUndefined()
    expect(Date.now()).toBeGreaterThanOrEqual((first.resetTime?.getTime() ?? Number.NaN) - 100)
    expect(await store.increment('a')).toMatchObject({ totalHits: 1 })
  })
})

describe('resetAll', () => {
  it('forgets all keys of this prefix, also what fast paths remember, and gives nothing back that was taken before', async () => {
    const counters = new MemoryStore()
    const other = ready(counters, { prefix: 'other' })
    await other.increment('a')
    for (const anchor of ['first-hit', 'epoch'] as const) {
      const store = new ExpressRateLimitStore(counters, { prefix: anchor, anchor, fastPaths: [denyCache()] })
      store.init({ limit: 1, windowMs: 3_600_000 })
      await store.increment('b')
      expect(await store.increment('b')).toMatchObject({ totalHits: 2 })
      await store.increment('a')
      await store.resetAll?.()
      await store.decrement('a')
      expect(await store.increment('b')).toMatchObject({ totalHits: 1 })
      expect([await store.get('a'), await store.get('b')]).toMatchObject([undefined, { totalHits: 1 }])
      expect(await store.increment('b')).toMatchObject({ totalHits: 2 })
    }
    expect(await other.get('a')).toMatchObject({ totalHits: 1 })
  })

  it('is not there where the storage would have to be searched', () => {
    expect(new ExpressRateLimitStore(new IoredisStore(redis)).resetAll).toBeUndefined()
    expect(new ExpressRateLimitStore(new MemoryStore()).resetAll).toBeTypeOf('function')
  })
})

describe('a clock that a test holds', () => {
  it('a unit goes back to the window that it came from, not to the next', async () => {
    let now = Date.UTC(2026, 0, 1, 12, 0, 30)
    const store = ready(new MemoryStore({ now: () => now }), { limit: 2 })
    let finishOld = (): void => undefined
    const old = (async () => {
      await store.increment('a')
      await new Promise<void>((resolve) => {
        finishOld = resolve
      })
      await store.decrement('a')
    })()
    await expect.poll(() => store.get('a')).toBeDefined()
    now += 60_000
    await (async () => store.increment('a'))()
    finishOld()
    await old
    expect(await store.get('a')).toMatchObject({ totalHits: 1 })
  })

  it("resetTime is by this machine's clock, however wrong the storage's is", async () => {
    const storageTime = Date.UTC(2001, 0, 1)
    const store = ready(new MemoryStore({ now: () => storageTime }))
    const before = Date.now()
    const { resetTime } = await store.increment('a')
    expect(resetTime?.getTime()).toBeGreaterThanOrEqual(before + 60_000)
    expect(resetTime?.getTime()).toBeLessThanOrEqual(Date.now() + 60_000)
  })

  it.each([
    [undefined, 60_000],
    ['first-hit', 60_000],
    ['epoch', 1000],
  ] as const)(
    'with the anchor %s, the window of a hit one second before the full minute lasts %d ms',
    async (anchor, ms) => {
      let now = Date.UTC(2026, 0, 1, 12, 0, 59)
      const store = new ExpressRateLimitStore(new MemoryStore({ now: () => now }), { anchor })
      store.init({ limit: 1, windowMs: 60_000 })
      await store.increment('a')
      now += ms - 1
      expect(await store.increment('a')).toMatchObject({ totalHits: 2 })
      now += 1
      expect(await store.increment('a')).toMatchObject({ totalHits: 1 })
    },
  )
})

describe('a storage that fails when a unit is given back', () => {
  const failingAtRefunds = (): CounterStore => {
    const counters = new MemoryStore()
    return {
      apply: async (operations) => {
        if (operations.some(({ kind }) => kind === 'adjust')) throw new Error('down')
        return counters.apply(operations)
      },
    }
  }

  it('is told to onRefundError; decrement does not reject, as that ends a process under older express-rate-limits', async () => {
    const heard: unknown[] = []
    const onRefundError = (error: unknown) => void heard.push(error)
    const store = new ExpressRateLimitStore(failingAtRefunds(), { onRefundError })
    store.init({ limit: 5, windowMs: 60_000 })
    await store.increment('a')
    await store.decrement('a')
    expect(heard).toEqual([expect.objectContaining({ name: 'StoreError' })])
    expect(await store.get('a')).toMatchObject({ totalHits: 1 })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('observer')
      },
    ],
    ['rejects', () => Promise.reject(new Error('observer'))],
  ])('and decrement does not reject because onRefundError %s', async (_, onRefundError) => {
    const store = new ExpressRateLimitStore(failingAtRefunds(), { onRefundError })
    store.init({ limit: 5, windowMs: 60_000 })
    await store.increment('a')
    await expect(store.decrement('a')).resolves.toBeUndefined()
  })

  it('is told to console.error by default', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => logged.mockRestore())
    const store = ready(failingAtRefunds())
    await store.increment('a')
    await store.decrement('a')
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'StoreError' }))
  })
})

describe('options', () => {
  it('a store without a rateLimit() counts nothing and says why', async () => {
    const store = new ExpressRateLimitStore(new MemoryStore())
    await expect(store.increment('a')).rejects.toThrow(/not the store of a rateLimit/)
    await expect(store.get('a')).rejects.toThrow(/not the store of a rateLimit/)
  })

  it.each([
    [{ prefix: '' }, 'prefix'],
    [{ prefix: 7 }, 'prefix'],
    [{ prefix: 'é'.repeat(65) }, 'prefix'],
    [{ anchor: 'hit' }, 'anchor'],
    [{ deadlineMs: 0 }, 'deadlineMs'],
    [{ onStoreError: 'allow' }, 'onStoreError'],
    [{ onStoreError: {} }, 'onStoreError'],
    [{ onRefundError: 'log' }, 'onRefundError'],
    [{ limit: 5 }, 'options'],
    [{ timeout: 5 }, 'options'],
  ])('%j names %s', (options, option) => {
    const create = () => new ExpressRateLimitStore(new MemoryStore(), options as never)
    expect(create).toThrow(expect.objectContaining({ name: 'OptionError', option }))
  })

  it('a value that is no store is refused at once', () => {
    expect(() => new ExpressRateLimitStore({} as never)).toThrow(/store must be/)
  })
})
