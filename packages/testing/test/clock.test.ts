import { type Decision, FixedWindowRateLimiter, OptionError, StoreError } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { MemoryStore } from '@rl/memory'
import { describe, expect, test } from 'vitest'
import { testClock } from '../src/index.ts'
import { set } from './support.ts'

test('stands still until it is moved', () => {
  const clock = testClock(5)
  expect([clock.now(), clock.now()]).toEqual([5, 5])
  clock.advance(10)
  clock.advance('1.5s')
  expect(clock.now()).toBe(1515)
})

test('begins with every window of up to a day', async () => {
  const { clock, limiterWith } = set()
  expect(new Date(clock.now()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  for (const window of ['1s', '7m', '1h', '1d']) {
    const limiter = limiterWith({ name: window, limit: 1, window })
    const { resetAt, resetAfterMs } = await limiter.limit('user_123')
    if (window !== '7m') expect(resetAfterMs).toBe(resetAt - clock.now())
    if (window === '1d') expect(resetAfterMs).toBe(86_400_000)
  }
})

test('is a clock of a MemoryStore, too', async () => {
  const { now, advance } = testClock()
  const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore({ now }), limit: 1, window: '1m' })
  expect([await limiter.isAllowed('user_123'), await limiter.isAllowed('user_123')]).toEqual([true, false])
  advance('1m')
  expect(await limiter.isAllowed('user_123')).toBe(true)
})

describe('advanceToReset', () => {
  test.each([
    ['an epoch window', { limit: 1, window: '1m' }],
    ['a first-hit window', { limit: 1, window: '1m', anchor: 'first-hit' }],
    ['a period of a calendar', { limit: 1, window: calendar('month', { timeZone: 'Europe/Berlin' }) }],
    [
      'several windows',
      {
        windows: [
          { limit: 1, window: '1s' },
          { limit: 1, window: '1h' },
        ],
      },
    ],
  ])('moves it to where a denied call fits: %s', async (_, options) => {
    const { clock, limiterWith } = set()
    clock.advance('7s')
    const limiter = limiterWith(options)
    await limiter.limit('user_123')
    const denied = await limiter.limit('user_123')
    expect(denied).toBeDenied()
    const before = clock.now()
    clock.advanceToReset(denied)
    expect(clock.now()).toBe(before + denied.retryAfterMs)
    expect(await limiter.limit('user_123')).toBeAllowed()
  })

  test('moves it to the end of an allowed call’s window', async () => {
    const { clock, limiterWith } = set()
    const decision = await limiterWith().limit('user_123')
    clock.advanceToReset(decision)
    expect(clock.now()).toBe(decision.resetAt)
  })

  test('refuses decisions after which no wait helps', async () => {
    const { clock, limiterWith } = set()
    const limiter = limiterWith()
    const tooMuch = await limiter.limit('user_123', { cost: 3 })
    const past = await limiter.limit('user_123')
    clock.advance('1m')
    const error = new StoreError('away', { outcome: 'unknown' })
    const byPolicy: Decision = { allowed: true, id: 'a', cost: 1, retryAfterMs: 0, source: 'failure-policy', error }
    const refused = (decision: Decision, why: string): void =>
      expect(() => clock.advanceToReset(decision)).toThrow(new RegExp(`^decision must be .*, received ${why}$`))
    refused(tooMuch, 'one whose cost is above a limit')
    refused(past, 'one whose window has ended')
    refused(byPolicy, "one with source 'failure-policy'")
    expect(clock.now()).toBe(testClock().now() + 60_000)
  })
})

test.each([0, -1, 1.5, '1M', undefined, null])('is not moved by %s', (by) => {
  const clock = testClock()
  expect(() => clock.advance(by as number)).toThrow(OptionError)
  expect(clock.now()).toBe(testClock().now())
})
