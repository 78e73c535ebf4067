import { vi } from 'vitest'
import type { CounterStore, FixedWindowRateLimiter, LimiterOptions, Operation, Reply } from '../../src/index.ts'
import { FakeStore, T0 } from './fake-store.ts'
import { limiterOn } from './limiter.ts'

const START = 12_345.678

/**
 * A store whose commands and replies take their time, with its clock and this process's monotonic clock under a test's
 * control. They go equally fast but start apart, and the store's is cut to whole milliseconds.
 */
export class World extends FakeStore {
  /** How long a command is on its way, and its reply. */
  latency: { out: number; back: number } = { out: 0, back: 0 }
  #monotonic = START

  constructor() {
    super()
    vi.spyOn(performance, 'now').mockImplementation(() => this.#monotonic)
  }

  pass(ms: number): void {
    this.#monotonic += ms
    this.now = Math.floor(T0 + (this.#monotonic - START))
  }

  limiter(options: Partial<LimiterOptions>, store: CounterStore = this): FixedWindowRateLimiter {
    const window = options.windows === undefined ? { limit: 3 } : {}
    return limiterOn(store, { name: 'x', deadlineMs: 2 ** 31 - 1, ...window, ...options } as Partial<LimiterOptions>)
  }

  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    this.pass(this.latency.out)
    const replies = await super.apply(operations)
    this.pass(this.latency.back)
    return replies
  }
}
