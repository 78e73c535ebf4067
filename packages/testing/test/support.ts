import { FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { type TestClock, type TestStore, testClock, testStore } from '../src/index.ts'
import '../src/vitest.ts'

/** A store whose clock stands still, and limiters on it: 2 calls a minute, unless told otherwise. */
export function set(): {
  readonly clock: TestClock
  readonly store: TestStore
  limiterWith(options?: object): FixedWindowRateLimiter
} {
  const clock = testClock()
  const store = testStore({ clock })
  return {
    clock,
    store,
    limiterWith: (options = { limit: 2, window: '1m' }) =>
      new FixedWindowRateLimiter({ name: 'api', store, ...options } as object as LimiterOptions<'throw'>),
  }
}
