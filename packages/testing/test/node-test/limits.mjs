import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FixedWindowRateLimiter } from '@rl/core'
import { assertAllowed, assertDenied, assertRemaining, exhaust, testClock, testStore } from '@rl/testing'

const clock = testClock()
const store = testStore({ clock })
const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1h' })

test('a user is admitted again in the next window', async () => {
  const denied = await exhaust(limiter, 'user_123')
  assertDenied(await limiter.limit('user_123'), { retryAfterMs: 3_600_000 })
  clock.advanceToReset(denied)
  const decision = await limiter.limit('user_123')
  assertAllowed(decision)
  assertRemaining(decision, 9)
})

test('a store that fails', async () => {
  store.fail({ calls: 1 })
  await assert.rejects(limiter.limit('user_123'), { outcome: 'not-executed' })
})

test('an assertion that fails', async () => {
  assertDenied(await limiter.limit('user_456'), { retryAfterMs: 1 })
})
