import { beforeEach, describe, expect, test } from 'vitest'
import type { UnitWindowOptions } from '../../src/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

const MINUTE_END = T0 + 30_000
const HOUR_END = T0 + 29 * 60_000 + 30_000

let store: FakeStore

beforeEach(() => {
  store = new FakeStore()
})

const limiterOf = (...windows: UnitWindowOptions[]) => limiterOn(store, { windows })

const requests = { unit: 'requests', limit: 3, window: '1m' } as const
const tokens = { unit: 'tokens', limit: 100, window: '1h' } as const

describe('a call is checked against all units at once', () => {
  test('and admitted by all', async () => {
    const decision = await limiterOf(requests, tokens).limit('a', { cost: { requests: 1, tokens: 30 } })
    expect({ ...decision }).toEqual({
      allowed: true,
      id: 'a',
      cost: { requests: 1, tokens: 30 },
      ...{ limit: 3, remaining: 2, resetAt: MINUTE_END, resetAfterMs: 30_000, retryAfterMs: 0 },
      windows: [
        { unit: 'requests', cost: 1, limit: 3, remaining: 2, resetAt: MINUTE_END, resetAfterMs: 30_000 },
        { unit: 'tokens', cost: 30, limit: 100, remaining: 70, resetAt: HOUR_END, resetAfterMs: HOUR_END - T0 },
      ],
      source: 'store',
    })
    expect(store.takes).toMatchObject([{ costs: [1, 30], times: 1 }])
  })

  test('or charged to none', async () => {
    const limiter = limiterOf(requests, tokens)
    await limiter.limit('a', { cost: { requests: 1, tokens: 90 } })
    expect(await limiter.limit('a', { cost: { requests: 1, tokens: 11 } })).toMatchObject({
      allowed: false,
      limit: 100,
      remaining: 10,
      resetAt: HOUR_END,
      retryAfterMs: HOUR_END - T0,
      windows: [{ remaining: 2 }, { remaining: 10 }],
    })
    expect(await limiter.limit('a', { cost: { requests: 1, tokens: 10 } })).toMatchObject({ allowed: true })
  })

  test('of which each window is checked against its own unit’s cost', async () => {
    const limiter = limiterOf(requests, tokens, { ...tokens, window: '1m', limit: 40 })
    await limiter.limit('a', { cost: { requests: 0, tokens: 35 } })
    expect(store.takes[0]?.costs).toEqual([0, 35, 35])
    expect(await limiter.limit('a', { cost: { requests: 1, tokens: 6 } })).toMatchObject({
      allowed: false,
      limit: 40,
      remaining: 5,
      retryAfterMs: 30_000,
    })
  })

  test('and denied for good where one unit can never fit', async () => {
    const decision = await limiterOf(requests, tokens).limit('a', { cost: { requests: 1, tokens: 101 } })
    expect(decision).toMatchObject({ allowed: false, limit: 100, remaining: 100 })
    expect(decision.retryAfterMs).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('callers of one turn', () => {
  test('share a take where their costs are equal, element by element', async () => {
    const limiter = limiterOf({ ...requests, limit: 10 }, tokens)
    const costs = [
      { requests: 1, tokens: 5 },
      { tokens: 5, requests: 1 },
      { requests: 1, tokens: 6 },
      { requests: 1, tokens: 6 },
      { requests: 6, tokens: 1 },
    ]
    const decisions = await Promise.all(costs.map((cost) => limiter.limit('a', { cost })))
    expect(store.sent).toEqual([['a 2x1,5', 'a 2x1,6', 'a 1x6,1']])
    expect(decisions.map(({ windows }) => windows.map(({ remaining }) => remaining))).toEqual([
      [9, 95],
      [8, 90],
      [7, 84],
      [6, 78],
      [0, 77],
    ])
  })

  test('are admitted while all units fit, in the order they came', async () => {
    const limiter = limiterOf({ ...requests, limit: 10 }, { ...tokens, limit: 25 })
    const calls = Array.from({ length: 4 }, () => limiter.limit('a', { cost: { requests: 1, tokens: 10 } }))
    const decisions = await Promise.all(calls)
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, false, false])
    expect(decisions.map(({ windows }) => windows.map(({ remaining }) => remaining))).toEqual([
      [9, 15],
      [8, 5],
      [8, 5],
      [8, 5],
    ])
  })
})

describe('the binding window of an admission is the one that the fewest further calls of the same cost would exhaust', () => {
  test.each([
    // requests left: 2 calls; tokens left: 9 calls
    [{ requests: 1, tokens: 10 }, 3],
    // requests left: 2 calls; tokens left: 1 call
    [{ requests: 1, tokens: 40 }, 100],
    // requests left: 2 calls; tokens left: 2 calls, and 2 units are fewer than 70
    [{ requests: 1, tokens: 30 }, 3],
    // what costs nothing is never exhausted
    [{ requests: 0, tokens: 1 }, 100],
    [{ requests: 1, tokens: 0 }, 3],
    [{ requests: 0, tokens: 0 }, 3],
  ])('%o', async (cost, limit) => {
    expect(await limiterOf(requests, tokens).limit('a', { cost })).toMatchObject({ allowed: true, limit })
    store = new FakeStore()
    expect(await limiterOf(tokens, requests).limit('a', { cost })).toMatchObject({ allowed: true, limit })
  })

  test('with one unit, it is that with the least remaining', async () => {
    const limiter = limiterOf(tokens, { ...tokens, window: '1m', limit: 50 })
    expect(await limiter.limit('a', { cost: { tokens: 30 } })).toMatchObject({ limit: 50, remaining: 20 })
    expect(await limiter.limit('a', { cost: 3 })).toMatchObject({ limit: 50, remaining: 17 })
  })
})

describe('peek', () => {
  test('without a cost asks 0 of each unit', async () => {
    const limiter = limiterOf(requests, tokens)
    await limiter.limit('a', { cost: { requests: 3, tokens: 100 } })
    const peeked = await limiter.peek('a')
    expect(peeked).toMatchObject({
      allowed: true,
      cost: { requests: 0, tokens: 0 },
      windows: [{ cost: 0 }, { cost: 0 }],
    })
  })

  test('with a cost answers what limit would, and takes nothing', async () => {
    const limiter = limiterOf(requests, tokens)
    const cost = { requests: 1, tokens: 60 }
    expect(await limiter.peek('a', { cost })).toMatchObject({ allowed: true, remaining: 100, limit: 100, cost })
    expect(await limiter.limit('a', { cost })).toMatchObject({ allowed: true, remaining: 40, limit: 100 })
    expect(await limiter.peek('a', { cost })).toMatchObject({ allowed: false, remaining: 40, limit: 100 })
    expect(store.takes.map(({ costs }) => costs)).toEqual([
      [0, 0],
      [1, 60],
      [0, 0],
    ])
  })
})

test('a unit in debt denies a call that costs none of it', async () => {
  const limiter = limiterOf(requests, tokens)
  await limiter.limit('a', { cost: { requests: 1, tokens: 50 }, limit: [3, 100] })
  expect(await limiter.limit('a', { cost: { requests: 1, tokens: 0 }, limit: [3, 40] })).toMatchObject({
    allowed: false,
    limit: 40,
    remaining: 0,
  })
})

test('the limits of a call are one for each window', async () => {
  const limiter = limiterOf(requests, tokens)
  expect(await limiter.limit('a', { cost: { requests: 5, tokens: 500 }, limit: [10, 1000] })).toMatchObject({
    allowed: true,
    windows: [
      { limit: 10, remaining: 5 },
      { limit: 1000, remaining: 500 },
    ],
  })
})

test('a failure policy names the cost as the call did', async () => {
  store.fate = 'fail'
  const cost = { requests: 1, tokens: 2 }
  const lenient = limiterOn(store, { windows: [requests, tokens], onStoreError: 'allow' })
  expect(await lenient.limit('a', { cost })).toMatchObject({ allowed: true, cost, source: 'failure-policy' })
  const falling = limiterOn(store, { windows: [requests, tokens], onStoreError: new FakeStore() })
  expect(await falling.limit('a', { cost })).toMatchObject({ allowed: true, cost, source: 'fallback' })
})

test('a cost that is changed after the call was made changes nothing', async () => {
  const limiter = limiterOf(requests, tokens)
  const cost = { requests: 1, tokens: 10 }
  const call = limiter.limit('a', { cost })
  cost.tokens = 90
  expect(await call).toMatchObject({ windows: [{ cost: 1 }, { cost: 10, remaining: 90 }] })
  expect(await limiter.refund(await call)).toBe(true)
  expect(await limiter.peek('a')).toMatchObject({ windows: [{ remaining: 3 }, { remaining: 100 }] })
})
