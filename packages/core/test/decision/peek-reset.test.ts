import { beforeEach, describe, expect, test } from 'vitest'
import type { FixedWindowRateLimiter } from '../../src/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

let store: FakeStore
let limiter: FixedWindowRateLimiter

beforeEach(() => {
  store = new FakeStore()
  limiter = limiterOn(store, { limit: 3 })
})

describe('peek', () => {
  test('answers what limit would, but takes nothing: remaining does not count this call', async () => {
    await limiter.limit('a')
    const peeked = { allowed: true, cost: 2, limit: 3, remaining: 2, retryAfterMs: 0, resetAt: T0 + 30_000 }
    expect(await limiter.peek('a', { cost: 2 })).toMatchObject(peeked)
    expect(await limiter.peek('a', { cost: 2 })).toMatchObject(peeked)
    expect(await limiter.peek('a', { cost: 3 })).toMatchObject({ allowed: false, remaining: 2, retryAfterMs: 30_000 })
    const never = await limiter.peek('a', { cost: 4 })
    expect(never).toMatchObject({ allowed: false, remaining: 2, retryAfterMs: Number.POSITIVE_INFINITY })
    expect(await limiter.limit('a', { cost: 2 })).toMatchObject({ allowed: true, remaining: 0 })
    expect(store.takes.map(({ costs: [cost] }) => cost)).toEqual([1, 0, 0, 0, 0, 2])
  })

  test('takes 1 as the cost asked about', async () => {
    await limiter.limit('a', { cost: 3 })
    expect(await limiter.peek('a')).toMatchObject({ allowed: false, cost: 1, remaining: 0 })
    expect(await limiter.peek('a', { cost: 0 })).toMatchObject({ allowed: true, cost: 0, remaining: 0 })
    expect(await limiter.peek('a', { limit: 4 })).toMatchObject({ allowed: true, limit: 4, remaining: 1 })
  })

  test('keeps its place among other calls of the same turn', async () => {
    const [before, , between, , after] = await Promise.all([
      limiter.peek('a', { cost: 3 }),
      limiter.limit('a', { cost: 2 }),
      limiter.peek('a', { cost: 1 }),
      limiter.limit('a', { cost: 1 }),
      limiter.peek('a', { cost: 1 }),
    ])
    expect(store.commands).toHaveLength(1)
    expect(before).toMatchObject({ allowed: true, remaining: 3 })
    expect(between).toMatchObject({ allowed: true, remaining: 1 })
    expect(after).toMatchObject({ allowed: false, remaining: 0 })
  })

  test('peeks of different costs share one read, each with its own answer', async () => {
    await limiter.limit('a')
    const answers = await Promise.all([1, 2, 3, 4].map((cost) => limiter.peek('a', { cost })))
    expect(store.sent[1]).toEqual(['a 4x0'])
    expect(answers.map(({ allowed, cost, retryAfterMs }) => [cost, allowed, retryAfterMs])).toEqual([
      [1, true, 0],
      [2, true, 0],
      [3, false, 30_000],
      [4, false, Number.POSITIVE_INFINITY],
    ])
  })

  test('gives nothing to refund', async () => {
    await limiter.limit('a', { cost: 2 })
    expect(await limiter.refund(await limiter.peek('a'))).toBe(false)
    expect(store.operations.filter(({ kind }) => kind === 'adjust')).toEqual([])
  })

  test('of several windows names the one that would bind', async () => {
    const windows = [
      { limit: 3, window: '1s' },
      { limit: 4, window: '1m' },
    ]
    const several = limiterOn(store, { name: 'several', windows })
    await several.limit('a', { cost: 2 })
    expect(await several.peek('a')).toMatchObject({ allowed: true, limit: 3, remaining: 1, resetAt: T0 + 1000 })
    expect(await several.peek('a', { cost: 3 })).toMatchObject({ allowed: false, limit: 4, retryAfterMs: 30_000 })
  })
})

describe('isAllowed', () => {
  test('takes units, as limit does, and answers true or false', async () => {
    expect(await limiter.isAllowed('a')).toBe(true)
    expect(await limiter.isAllowed('a', { cost: 3 })).toBe(false)
    expect(await limiter.isAllowed('a', { cost: 2 })).toBe(true)
    expect(await limiter.isAllowed('a')).toBe(false)
    expect(await limiter.isAllowed('a', { limit: 4 })).toBe(true)
  })
})

describe('reset', () => {
  test('forgets exactly the counters of the identifier', async () => {
    const windows = [{ limit: 1, window: '1m' } as const, { limit: 1, window: '1h', anchor: 'first-hit' } as const]
    const several = limiterOn(store, { name: 'several', windows })
    await Promise.all([several.limit('a'), several.limit('b'), limiter.limit('a', { cost: 3 })])
    expect(await several.reset('a')).toBe(undefined)
    expect(store.operations.at(-1)).toMatchObject({
      kind: 'clear',
      scope: 'several',
      id: 'a',
      windows: [{ windowMs: 60_000 }, { windowMs: 3_600_000 }],
    })
    expect(await several.isAllowed('a')).toBe(true)
    expect(await several.isAllowed('b')).toBe(false)
    expect(await limiter.isAllowed('a')).toBe(false)
  })

  test('of an identifier that has no counter does nothing', async () => {
    await expect(limiter.reset('nobody')).resolves.toBe(undefined)
  })
})
