import '@rl/testing/jest'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { FixedWindowRateLimiter, StoreError } from '@rl/core'
import { exhaust, testClock, testStore } from '@rl/testing'

const clock = testClock()
const store = testStore({ clock })
const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1m' })

beforeEach(() => store.reset())
afterEach(() => {
  jest.useRealTimers()
})

test('a clock set by hand', async () => {
  const denied = await exhaust(limiter, 'user_123')
  expect(await limiter.limit('user_123')).toBeDenied({ retryAfterMs: 60_000 })
  clock.advanceToReset(denied)
  expect(await limiter.limit('user_123')).toBeAllowed({ remaining: 9 })
})

test('a store that fails', async () => {
  store.fail({ calls: 1, outcome: 'unknown' })
  const error = await limiter.limit('user_123').catch((thrown) => thrown)
  expect(error).toBeInstanceOf(StoreError)
  expect(error.outcome).toBe('unknown')
  expect(await limiter.limit('user_123')).toHaveRemaining(9)
})

test('matchers, which fail where they must', async () => {
  const headers = { ratelimit: '"api";r=9;t=60', 'ratelimit-policy': '"api";q=10;w=60' }
  expect({ headers }).toHaveRateLimit({ policy: 'api', limit: 10, remaining: 9, reset: 60 })
  expect(() => expect({ headers }).not.toHaveRateLimit()).toThrow('expected anything but a response')
  await expect(limiter.limit('user_123')).resolves.not.toBeDenied()
  expect(() => expect(limiter.limit('user_123')).toBeAllowed()).toThrow('a promise (await it first)')
})

test('deadlines under fake timers', async () => {
  jest.useFakeTimers()
  store.hold()
  const failed = jest.fn()
  limiter.limit('user_123').catch(failed)
  await jest.advanceTimersByTimeAsync(1200)
  expect(failed).toHaveBeenCalledTimes(1)
})
