import { type CounterStore, FixedWindowRateLimiter, type LimiterOptions } from '../../src/index.ts'

/** A limiter of 10 a minute, with other options as given. */
export function limiterOn(store: CounterStore, options: Partial<LimiterOptions> = {}): FixedWindowRateLimiter {
  const window = options.windows === undefined ? { limit: 10, window: '1m' } : {}
  const all = { name: 'api', store, ...window, ...options }
  return new FixedWindowRateLimiter(all as LimiterOptions<'throw'>)
}
