import { vi } from 'vitest'
import { FixedWindowRateLimiter, type LimiterOptions, type Take, type TakeReply } from '../../src/index.ts'
import { RecordingStore, T0 } from '../support.ts'

/**
 * A store whose commands and answers take their time, with its clock and this process's monotonic clock under a test's
 * control. They go equally fast but start apart, and the store's is cut to whole milliseconds.
 */
export class World extends RecordingStore {
  /** How long a command is on its way, and its answer. */
  latency: { out: number; back: number } = { out: 0, back: 0 }
  #monotonic = 12_345.678
  readonly #start: number

  constructor(startsAt: number = T0) {
    super()
    this.#start = startsAt
    this.now = startsAt
    vi.spyOn(performance, 'now').mockImplementation(() => this.#monotonic)
  }

  get monotonic(): number {
    return this.#monotonic
  }

  pass(ms: number): void {
    this.#monotonic += ms
    this.now = Math.floor(this.#start + (this.#monotonic - 12_345.678))
  }

  limiter(options: Partial<LimiterOptions>): FixedWindowRateLimiter {
    const defaults = options.windows === undefined ? { limit: 3, window: '1m' } : {}
    const all = { name: 'x', store: this, deadlineMs: 2 ** 31 - 1, ...defaults, ...options }
    return new FixedWindowRateLimiter(all as LimiterOptions<'throw'>)
  }

  /** Commands sent to take units or to read. */
  get takes(): number {
    return this.lists.length
  }

  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    this.pass(this.latency.out)
    const replies = await super.take(takes)
    this.pass(this.latency.back)
    return replies
  }
}

/** Calls one after another. */
export async function inTurn<T>(count: number, call: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < count; i++) results.push(await call())
  return results
}
