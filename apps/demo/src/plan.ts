import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'

/** Part one: a user, and the calls that are admitted per minute. */
export const USER = 'user_123'
export const CLASSIC_LIMIT = 100

/** The steps of part two. Plain data, as it travels to child processes. */
export interface Plan {
  readonly limit: number
  readonly windowMs: number
  /** For how many windows the instances ask. */
  readonly windows: number
  /** Calls per window, one entry for each instance. The entries change hands with every window. */
  readonly calls: readonly number[]
}

export const DEFAULT_PLAN: Plan = { limit: 40, windowMs: 1000, windows: 5, calls: [44, 28, 17, 8] }

/** Calls of all instances in one window. */
export function askedPerWindow({ calls }: Plan): number {
  return calls.reduce((sum, each) => sum + each, 0)
}

/** When an instance asks: milliseconds from the start, ascending, spread over each window at random. */
export function callTimes({ calls, windowMs, windows }: Plan, instance: number): readonly number[] {
  const times: number[] = []
  for (let window = 0; window < windows; window++) {
    const count = calls[(instance + window) % calls.length] ?? 0
    for (let i = 0; i < count; i++) times.push((window + (i + Math.random()) / count) * windowMs)
  }
  // The start is a little late, as news of a new window takes time. So the end is a little early.
  return times.filter((time) => time < (windows - 0.1) * windowMs)
}

/** Each instance makes its own; the name and the window make them share their counters. */
export function sharedLimiter(name: string, store: CounterStore, { limit, windowMs }: Plan): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name, store, limit, window: windowMs, deadlineMs: 3000 })
}

/** Each instance makes one, as in part two. */
export function classicLimiter(name: string, store: CounterStore): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name, store, limit: CLASSIC_LIMIT, window: '1m', deadlineMs: 3000 })
}
