import { type CounterStore, FixedWindowRateLimiter, type LimiterOptions, StoreError } from '@rl/core'
import { MemoryStore } from '@rl/memory'

/** When all tests take place: 3.5 s before a window of 10 s ends, and 33.5 s before a minute does. */
const NOW = 1_700_000_006_500

/** A limiter over a store whose clock stands still. */
export function limiterOf(
  options: Partial<LimiterOptions> & object,
): FixedWindowRateLimiter<'throw' | 'allow' | 'deny'> {
  const store = new MemoryStore({ now: () => NOW })
  return new FixedWindowRateLimiter({ name: 'api', store, limit: 2, window: '10s', ...options } as LimiterOptions<
    'throw' | 'allow' | 'deny'
  >)
}

/** A store that can't be reached. */
export const downStore: CounterStore = { apply: fail }

async function fail(): Promise<never> {
  throw new StoreError('the store is down', { outcome: 'not-executed' })
}
