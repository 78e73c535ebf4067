import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { calendar } from '@rl/core/calendar'

/** The limits of each tenant. All windows are charged in one step, or none. */
export function createLimiter(store: CounterStore): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({
    name: 'model',
    store,
    windows: [
      { unit: 'requests', limit: 600, window: '1m' },
      { unit: 'tokens', limit: 100_000, window: '1m' },
      { unit: 'tokens', limit: 2_000_000, window: calendar('day', { timeZone: 'Europe/Berlin' }) },
    ],
  })
}
