import { FixedWindowRateLimiter, StoreError } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { assertAllowed, assertDenied, assertRateLimit, assertRemaining } from '../src/index.ts'
import { set } from './support.ts'

const START = Date.UTC(2026, 0, 1)
const FIGURES = `limit: 2, remaining: 0, resetAt: ${START + 60_000}, resetAfterMs: 60000`

/** The message of an expectation or assertion that fails. */
function said(expectation: () => unknown): string {
  try {
    expectation()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('did not fail')
}

describe('decisions', () => {
  test('pass where they are as expected', async () => {
    const { limiterWith } = set()
    const limiter = limiterWith()
    const first = await limiter.limit('user_123')
    expect(first).toBeAllowed()
    expect(first).toBeAllowed({ remaining: 1, limit: 2, source: 'store', resetAfterMs: 60_000, retryAfterMs: 0 })
    expect(first).not.toBeAllowed({ remaining: 2 })
    expect(first).not.toBeDenied()
    expect(first).toHaveRemaining(1)
    await expect(limiter.limit('user_123')).resolves.toBeAllowed()
    expect(await limiter.limit('user_123')).toBeDenied({ retryAfterMs: 60_000, resetAt: START + 60_000 })
  })

  test('say what was expected and what was received, but not whose it is', async () => {
    const { limiterWith } = set()
    const limiter = limiterWith()
    await limiter.limit('user_123', { cost: 2 })
    const denied = await limiter.limit('user_123')
    const received = `received a denied decision with { source: 'store', ${FIGURES}, retryAfterMs: 60000 }`
    expect(said(() => expect(denied).toBeAllowed({ remaining: 1 }))).toBe(
      `expected an allowed decision with { remaining: 1 }, ${received}`,
    )
    expect(said(() => assertAllowed(denied))).toBe(`expected an allowed decision with {}, ${received}`)
    expect(said(() => expect(denied).not.toBeDenied())).toBe(
      `expected anything but a denied decision with {}, ${received}`,
    )
    expect(said(() => expect(denied).toHaveRemaining(1))).toBe('expected a decision with remaining 1, received 0')
    expect(said(() => assertRemaining(denied, 1))).toBe('expected a decision with remaining 1, received 0')
  })

  test('of several units have each unit’s least', async () => {
    const { limiterWith } = set()
    const requests = { unit: 'requests', limit: 60, window: '1m' }
    const tokens = { unit: 'tokens', limit: 5000, window: '1d' }
    const limiter = limiterWith({ windows: [requests, tokens, { ...tokens, limit: 1000, window: '1m' }] })
    const decision = await limiter.limit('tenant_7', { cost: { requests: 1, tokens: 100 } })
    expect(decision).toHaveRemaining({ requests: 59, tokens: 900 })
    expect(decision).toHaveRemaining({ tokens: 900 })
    expect(said(() => expect(decision).toHaveRemaining({ tokens: 4900 }))).toBe(
      'expected a decision with remaining { tokens: 4900 }, received { requests: 59, tokens: 900 }',
    )
  })

  test('of a failure policy have no figures', async () => {
    const { store } = set()
    store.fail()
    const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 2, window: '1m', onStoreError: 'allow' })
    const decision = await limiter.limit('user_123')
    expect(decision).toBeAllowed({ source: 'failure-policy' })
    expect(decision).not.toBeAllowed({ remaining: 1 })
    expect(said(() => expect(decision).toHaveRemaining(1))).toContain('received undefined')
    expect(said(() => expect(decision).toBeDenied())).toContain(
      "received an allowed decision with { source: 'failure-policy', retryAfterMs: 0 }",
    )
  })

  test.each([
    [Promise.resolve(), 'a promise (await it first)'],
    [true, 'no decision but true'],
    [undefined, 'no decision but a value of type undefined'],
    [null, 'no decision but null'],
    ['user_123', 'no decision but a value of type string'],
  ])('%s is none', (value, received) => {
    for (const fails of [
      () => expect(value).toBeAllowed(),
      () => expect(value).toBeDenied(),
      () => expect(value).toHaveRemaining(0),
    ]) {
      expect(said(fails).endsWith(`, received ${received}`)).toBe(true)
    }
  })
})

describe('assertions', () => {
  test('narrow a decision’s type', async () => {
    const { limiterWith } = set()
    const limiter = limiterWith({ limit: 1, window: '1m' })
    const allowed = await limiter.limit('user_123')
    assertAllowed(allowed, { remaining: 0 })
    const none: 0 = allowed.retryAfterMs
    const denied = await limiter.limit('user_123')
    assertDenied(denied, { retryAfterMs: 60_000 })
    const is: false = denied.allowed
    expect([none, is]).toEqual([0, false])
    assertRemaining(denied, 0)
  })

  test('fail with what test runners know, and begin their stack at the test', () => {
    try {
      assertRateLimit(new Response(), { remaining: 1 })
    } catch (error) {
      expect(error).toMatchObject({ name: 'AssertionError', code: 'ERR_ASSERTION', expected: { remaining: 1 } })
      expect((error as Error).stack?.split('\n')[1]).toContain('matchers.test.ts')
      return
    }
    throw new Error('did not fail')
  })

  test('say that a store’s error decided', async () => {
    const error = new StoreError('away', { outcome: 'unknown' })
    const decision = { allowed: false, id: 'a', cost: 1, retryAfterMs: 9, source: 'failure-policy', error } as const
    assertDenied(decision, { source: 'failure-policy', retryAfterMs: 9 })
    expect(said(() => assertDenied(decision, { source: 'store' }))).toContain("source: 'failure-policy'")
  })
})
