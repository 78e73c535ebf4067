import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'

// A store that answers in a later turn, as those over a network do. Jest fakes queueMicrotask, setImmediate and nextTick.
const memory = new MemoryStore()
let hangs = false
const store = { apply: (operations) => (hangs ? new Promise(() => {}) : memory.apply(operations)) }
const limiterOn = (options) => new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1m', ...options })
const before = limiterOn({})

beforeEach(async () => {
  hangs = false
  await before.isAllowed('made before')
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

test('calls are answered', async () => {
  expect(await before.isAllowed('user_123')).toBe(true)
  expect(await before.isAllowed('user_123')).toBe(false)
  expect(await limiterOn({}).isAllowed('user_456')).toBe(true)
})

test.each([
  ['before', () => before],
  ['while', () => limiterOn({ breaker: false })],
])('a call that hangs fails by the faked clock, the limiter made %s', async (_, limiter) => {
  hangs = true
  const failed = jest.fn()
  limiter().limit('user_789').catch(failed)
  await jest.advanceTimersByTimeAsync(900)
  expect(failed).not.toHaveBeenCalled()
  await jest.advanceTimersByTimeAsync(200)
  await jest.advanceTimersByTimeAsync(200)
  expect(failed).toHaveBeenCalledTimes(1)
})
