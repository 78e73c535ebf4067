import { describe, expect, test } from 'vitest'
import type { WindowOptions } from '../../src/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

const MINUTE_END = T0 + 30_000
const SECOND_END = T0 + 1000

function limiterOf(...windows: WindowOptions[]) {
  const store = new FakeStore()
  return { store, limiter: limiterOn(store, { windows }) }
}

describe('one window', () => {
  test('an admission and a denial, with every field', async () => {
    const { limiter } = limiterOf({ limit: 5, window: '1m' })
    const figures = { limit: 5, remaining: 2, resetAt: MINUTE_END, resetAfterMs: 30_000 }
    const window = { ...figures, unit: undefined, cost: 3 }
    expect({ ...(await limiter.limit('user_123', { cost: 3 })) }).toEqual({
      ...figures,
      allowed: true,
      id: 'user_123',
      cost: 3,
      retryAfterMs: 0,
      windows: [window],
      source: 'store',
    })
    expect({ ...(await limiter.limit('user_123', { cost: 3 })) }).toEqual({
      ...figures,
      allowed: false,
      id: 'user_123',
      cost: 3,
      retryAfterMs: 30_000,
      windows: [window],
      source: 'store',
    })
  })

  test('a decision as JSON holds its public fields alone', async () => {
    const { limiter } = limiterOf({ limit: 5, window: '1m' })
    const figures = ['limit', 'remaining', 'resetAt', 'resetAfterMs']
    const fields = ['allowed', 'id', 'cost', ...figures, 'retryAfterMs', 'windows', 'source']
    const json = JSON.parse(JSON.stringify(await limiter.limit('a')))
    expect(Object.keys(json).sort()).toEqual(fields.sort())
  })

  test('retryAfterMs counts down by the clock of the store, and then the window opens anew', async () => {
    const { limiter, store } = limiterOf({ limit: 1, window: '1m' })
    await limiter.limit('a')
    store.now += 29_999
    expect(await limiter.limit('a')).toMatchObject({ allowed: false, retryAfterMs: 1, resetAt: MINUTE_END })
    store.now += 1
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, retryAfterMs: 0, resetAt: MINUTE_END + 60_000 })
  })

  test('a first-hit window lasts its length from the first admitted unit', async () => {
    const { limiter, store } = limiterOf({ limit: 2, window: '1m', anchor: 'first-hit' })
    expect(await limiter.limit('a', { cost: 3 })).toMatchObject({ allowed: false, resetAt: T0 + 60_000 })
    store.now += 100
    expect(await limiter.peek('a')).toMatchObject({ allowed: true, resetAt: T0 + 60_100 })
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, resetAt: T0 + 60_100 })
    store.now += 59_999
    expect(await limiter.limit('a', { cost: 2 })).toMatchObject({
      allowed: false,
      resetAt: T0 + 60_100,
      retryAfterMs: 1,
    })
  })
})

describe('callers that shared a take', () => {
  test('each sees the count as it stood after it, in the order they came', async () => {
    const { limiter, store } = limiterOf({ limit: 7, window: '1m' })
    const decisions = await Promise.all(Array.from({ length: 5 }, () => limiter.limit('a', { cost: 2 })))
    expect(store.sent).toEqual([['a 5x2']])
    expect(decisions.map((d) => [d.allowed, 'remaining' in d && d.remaining, d.retryAfterMs])).toEqual([
      [true, 5, 0],
      [true, 3, 0],
      [true, 1, 0],
      [false, 1, 30_000],
      [false, 1, 30_000],
    ])
  })

  test('with several windows, each has its own count', async () => {
    const { limiter } = limiterOf({ limit: 2, window: '1s' }, { limit: 10, window: '1m' })
    const decisions = await Promise.all([limiter.limit('a'), limiter.limit('a'), limiter.limit('a')])
    const remaining = decisions.map((d) => 'windows' in d && d.windows.map((window) => window.remaining))
    expect(remaining).toEqual([
      [1, 9],
      [0, 8],
      [0, 8],
    ])
  })
})

describe('the binding window', () => {
  test('of an admission is the one with the least left; the first of equal ones', async () => {
    const { limiter } = limiterOf({ limit: 9, window: '1s' }, { limit: 5, window: '1m' }, { limit: 5, window: '1h' })
    const decision = await limiter.limit('a')
    expect(decision).toMatchObject({ allowed: true, limit: 5, remaining: 4, resetAt: MINUTE_END })
    const resets = 'windows' in decision && decision.windows.map((window) => window.resetAt)
    expect(resets).toEqual([SECOND_END, MINUTE_END, MINUTE_END + 29 * 60_000])
  })

  test('of an admission is not always the longest one', async () => {
    const { limiter } = limiterOf({ limit: 100, window: '1m' }, { limit: 2, window: '1s' })
    expect(await limiter.limit('a')).toMatchObject({ limit: 2, remaining: 1, resetAt: SECOND_END })
  })

  test('of a denial is the one that keeps the call out longest, among those in the way', async () => {
    const { limiter, store } = limiterOf(
      { limit: 2, window: '1s' },
      { limit: 3, window: '1m' },
      { limit: 9, window: '1d' },
    )
    await limiter.limit('a', { cost: 2 })
    // The day has room, the minute has room for 1: only the second is in the way of 1.
    expect(await limiter.limit('a')).toMatchObject({ limit: 2, remaining: 0, resetAt: SECOND_END, retryAfterMs: 1000 })
    // Second and minute are in the way of 2.
    expect(await limiter.limit('a', { cost: 2 })).toMatchObject({
      allowed: false,
      limit: 3,
      remaining: 1,
      resetAt: MINUTE_END,
      retryAfterMs: 30_000,
    })
    store.now = SECOND_END
    await limiter.limit('a')
    expect(await limiter.limit('a')).toMatchObject({ limit: 3, remaining: 0, retryAfterMs: 29_000 })
  })

  test('of a cost that can never fit is the window whose limit is below it', async () => {
    const { limiter } = limiterOf({ limit: 100, window: '1d' }, { limit: 5, window: '1s' })
    await limiter.limit('a', { cost: 5 })
    const decision = await limiter.limit('a', { cost: 6 })
    expect(decision).toMatchObject({ allowed: false, limit: 5, remaining: 0, resetAt: SECOND_END })
    expect(decision.retryAfterMs).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('several windows', () => {
  test('are charged all or not at all, and answered in the order of the options', async () => {
    const { limiter, store } = limiterOf({ limit: 5, window: '1m' }, { limit: 1, window: '1s' })
    await limiter.limit('a')
    expect(await limiter.limit('a')).toMatchObject({
      allowed: false,
      windows: [
        { limit: 5, remaining: 4, resetAt: MINUTE_END },
        { limit: 1, remaining: 0, resetAt: SECOND_END },
      ],
    })
    store.now = SECOND_END
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, windows: [{ remaining: 3 }, { remaining: 0 }] })
  })
})

describe("a call's own limit", () => {
  test('applies to that call alone, on the same counter', async () => {
    const { limiter } = limiterOf({ limit: 2, window: '1m' })
    expect(await limiter.limit('a', { limit: 10, cost: 5 })).toMatchObject({ allowed: true, limit: 10, remaining: 5 })
    // More is used than the limiter's own limit admits: nothing is left, never less than nothing.
    expect(await limiter.limit('a')).toMatchObject({ allowed: false, limit: 2, remaining: 0, retryAfterMs: 30_000 })
    expect(await limiter.limit('a', { limit: 6 })).toMatchObject({ allowed: true, limit: 6, remaining: 0 })
    expect(await limiter.limit('a', { limit: [7] })).toMatchObject({ allowed: true, limit: 7, remaining: 0 })
    expect(await limiter.limit('a', { limit: 0 })).toMatchObject({ allowed: false, limit: 0, remaining: 0 })
  })

  test('is one for each of several windows', async () => {
    const { limiter, store } = limiterOf({ limit: 2, window: '1s' }, { limit: 3, window: '1m' })
    expect(await limiter.limit('a', { limit: [9, 5] })).toMatchObject({
      limit: 5,
      windows: [
        { limit: 9, remaining: 8 },
        { limit: 5, remaining: 4 },
      ],
    })
    await limiter.limit('a')
    expect(store.takes.map(({ windows }) => windows.map(({ limit }) => limit))).toEqual([
      [9, 5],
      [2, 3],
    ])
    expect(await limiter.limit('b', { limit: [9, 6] })).toMatchObject({ windows: [{ limit: 9 }, { limit: 6 }] })
  })

  test('stays right for more plans than are remembered', async () => {
    const { limiter } = limiterOf({ limit: 2, window: '1m' })
    for (let i = 0; i < 300; i++) {
      const limit = 1000 + (i % 150)
      expect(await limiter.limit('a', { limit })).toMatchObject({ allowed: true, limit, remaining: limit - i - 1 })
    }
  })
})
