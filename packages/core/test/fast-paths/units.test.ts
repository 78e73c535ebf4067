import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import type { FixedWindowRateLimiter } from '../../src/index.ts'
import { T0 } from '../support/fake-store.ts'
import { inTurn } from '../support/helpers.ts'
import { World } from '../support/world.ts'

let world: World

beforeEach(() => {
  world = new World()
})
afterEach(() => {
  vi.restoreAllMocks()
})

const windows = [
  { unit: 'requests', limit: 100, window: '1m' },
  { unit: 'tokens', limit: 1000, window: '1h' },
] as const

const used = async () => {
  const { windows: states } = await world.limiter({ windows }).peek('a')
  return states.map(({ limit, remaining }) => limit - remaining)
}

describe('a lease of several units', () => {
  let limiter: FixedWindowRateLimiter

  beforeEach(() => {
    limiter = world.limiter({ windows, fastPaths: [lease({ share: 0.1 })] })
  })

  const call = (requests: number, tokens: number) => limiter.limit('a', { cost: { requests, tokens } })

  test('serves calls as if each had come to the counters', async () => {
    const decisions = await inTurn(20, () => call(1, 10))
    decisions.forEach((decision, i) => {
      const remaining = [100 - (i + 1), 1000 - 10 * (i + 1)]
      expect(decision).toMatchObject({ allowed: true, windows: remaining.map((each) => ({ remaining: each })) })
    })
    expect(new Set(decisions.map(({ source }) => source))).toEqual(new Set(['store', 'lease']))
    const prefetched = world.takes.map(({ times }) => times - 1)
    const left = prefetchLeft(prefetched, decisions)
    expect(await used()).toEqual([20 + left, 200 + 10 * left])
  })

  test('prefetches the least that the share of any unit reaches for', async () => {
    // A tenth of 1000 tokens is 100: two calls of 50, though a tenth of 100 requests is ten.
    await inTurn(10, () => call(1, 50))
    for (const { times } of world.takes) expect(times - 1).toBeLessThanOrEqual(2)
    expect(world.takes.some(({ times }) => times > 1)).toBe(true)
  })

  test('serves a call only if all units fit', async () => {
    await inTurn(2, () => call(1, 10)) // the second prefetched 2 calls
    expect(world.takes.at(-1)?.times).toBe(3)
    const sent = world.commands.length
    expect(await call(1, 21)).toMatchObject({ allowed: true, source: 'store' })
    expect(world.commands).toHaveLength(sent + 1)
  })

  test('serves calls of other costs from what it holds', async () => {
    await inTurn(2, () => call(1, 10))
    expect(await call(0, 5)).toMatchObject({ source: 'lease', windows: [{ remaining: 98 }, { remaining: 975 }] })
    expect(await call(2, 15)).toMatchObject({ source: 'lease', windows: [{ remaining: 96 }, { remaining: 960 }] })
    expect(await call(1, 1)).toMatchObject({ source: 'store', windows: [{ remaining: 95 }, { remaining: 959 }] })
  })

  test('never admits more than any limit', async () => {
    const decisions = await inTurn(150, () => call(1, 9))
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(100)
    const [first] = await used()
    expect(first).toBe(100)
  })

  test('gives all units back on drain, each to its own window', async () => {
    await inTurn(7, () => call(1, 10))
    expect((await used())[0]).toBeGreaterThan(7)
    await limiter.drain()
    expect(await used()).toEqual([7, 70])
  })
})

describe('a deny cache with several units', () => {
  test('denies what does not fit in any of them, by its own cost', async () => {
    const limiter = world.limiter({ windows, fastPaths: [denyCache()] })
    const call = (requests: number, tokens: number) => limiter.limit('a', { cost: { requests, tokens } })
    await call(1, 990)
    expect(await call(1, 20)).toMatchObject({ allowed: false, source: 'store', limit: 1000, remaining: 10 })
    expect(await call(1, 11)).toMatchObject({ allowed: false, source: 'deny-cache', limit: 1000, remaining: 10 })
    expect(await call(1, 10)).toMatchObject({ allowed: true, source: 'store' })
    expect(await call(1, 1)).toMatchObject({ allowed: false, source: 'deny-cache', remaining: 0 })
    expect(await call(1, 0)).toMatchObject({ allowed: true, source: 'store' })
    const never = await call(101, 0)
    expect(never).toMatchObject({ allowed: false, source: 'deny-cache', limit: 100, remaining: 97 })
    expect(never.retryAfterMs).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('generations', () => {
  const one = { limit: 100, window: '1h' } as const

  test('a lease drops its units when the counter was cleared, as the next reply tells', async () => {
    const limiter = world.limiter({ ...one, fastPaths: [lease({ share: 1, maxAgeMs: 1000 })] })
    const elsewhere = world.limiter(one)
    await inTurn(14, () => limiter.limit('a'))
    await elsewhere.reset('a')
    await limiter.limit('a', { cost: 60 }) // more than it holds: asks the store
    const after = await inTurn(60, () => limiter.limit('a'))
    expect(after.filter(({ allowed }) => allowed)).toHaveLength(40)
  })

  test('a lease keeps its units when some were given back', async () => {
    const limiter = world.limiter({ ...one, fastPaths: [lease({ share: 0.5 })] })
    const decisions = await inTurn(5, () => limiter.limit('a'))
    const before = world.commands.length
    for (const decision of decisions) await limiter.refund(decision)
    expect(await limiter.limit('a')).toMatchObject({ source: 'lease' })
    expect(world.commands).toHaveLength(before + 5)
  })

  test('what a lease served can be given back under its own generation', async () => {
    await world.limiter(one).limit('a')
    await world.limiter(one).reset('a')
    const limiter = world.limiter({ ...one, fastPaths: [lease()] })
    const [, , leased] = await inTurn(3, () => limiter.limit('a'))
    expect(leased).toMatchObject({ source: 'lease' })
    expect(await limiter.refund(leased as NonNullable<typeof leased>)).toBe(true)
    expect(world.operations.at(-1)).toMatchObject({ kind: 'adjust', windows: [{ generation: 1, change: -1 }] })
  })

  test('a deny cache learns that a refund made room', async () => {
    const limiter = world.limiter({ limit: 2, fastPaths: [denyCache()] })
    const first = await limiter.limit('a', { cost: 2 })
    expect(await limiter.limit('a')).toMatchObject({ source: 'deny-cache', resetAt: T0 + 30_000 })
    await limiter.refund(first)
    world.pass(1)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
  })
})

/** Calls that were prefetched and not served. */
function prefetchLeft(prefetched: readonly number[], decisions: readonly { source: string }[]): number {
  const served = decisions.filter(({ source }) => source === 'lease').length
  return prefetched.reduce((sum, each) => sum + each, 0) - served
}
