import type { CounterWindow, Window } from './windows.ts'

/** Whose counters an operation is about. */
export interface Subject {
  /** The limiter's name: a non-empty, well-formed string of at most 128 bytes. */
  readonly scope: string
  /** Whom the limit is for: a non-empty, well-formed string of any length. */
  readonly id: string
}

/**
 * Take the costs, up to `times` times, from all windows of one identifier or from none.
 *
 * The store admits the largest k ≤ `times` for which `used + k · cost ≤ limit` holds in every window. A cost of 0 checks
 * its window without charging: it is denied where `used > limit`. If anything is admitted and any cost is above 0, every
 * window is open afterwards, also one with cost 0. If nothing is admitted, or all costs are 0, nothing is written.
 *
 * @example
 * const windows = [{ limit: 100, windowMs: 60_000, anchor: 'epoch' }] as const
 * const take: Take = { kind: 'take', scope: 'api', id: 'user_123', times: 3, costs: [1], windows }
 * const [reply] = await store.apply([take])
 */
export interface Take extends Subject {
  readonly kind: 'take'
  /** At least one; no two have the same `counterName` of `@rl/core/keys`. */
  readonly windows: readonly Window[]
  /** Units taken from each window each time, in the windows' order: integers from 0 to 2^53-1. */
  readonly costs: readonly number[]
  /** How many times the costs are asked for: an integer from 1 to 2^53-1. */
  readonly times: number
}

/** The counter that an adjustment changes, and by how much. */
export type AdjustedWindow = CounterWindow & {
  /** The `resetAt` and `generation` under which the units were taken. Any other counter is left alone. */
  readonly resetAt: number
  readonly generation: number
  /** Above 0 charges units, also past the limit. Below 0 gives units back. An integer from -(2^53-1) to 2^53-1. */
  readonly change: number
}

/**
 * Makes an adjustment take effect once, however often and from wherever it is sent. The same token comes with the same windows
 * each time; should it come with others, nothing changes, and the answer is the first result or an error.
 */
export interface Token {
  /** 1 to 64 letters, digits, `-` or `_`. Belongs to one `scope` and `id`. */
  readonly id: string
  /** Until when the store remembers the token, in milliseconds since the epoch by the store's clock. */
  readonly until: number
}

/**
 * Change counters that were taken from before. Never creates a counter and never moves an expiry. All or nothing: if a counter
 * can't be read, or a sum would exceed 2^53-1, no window changes and the operation fails with an error in its place.
 *
 * With a token that the store remembers, nothing changes and the first result is returned with `repeated: true`, also after
 * a clear. All adjustments with one token name the same windows in the same order; what a store answers to others is its
 * own choice. With a token whose `until` has passed while one of the windows is still open, the operation fails as
 * `'not-executed'`. The store remembers a token only if a window was still open and the operation did not fail, together
 * with the change, in one atomic step.
 */
export interface Adjustment extends Subject {
  readonly kind: 'adjust'
  /** At least one; no two have the same `counterName` of `@rl/core/keys`. */
  readonly windows: readonly AdjustedWindow[]
  readonly token?: Token | undefined
}

/**
 * Forget exactly these counters of one identifier. An open epoch or calendar counter keeps its end and is left with `used: 0`
 * and the next generation, so that units taken before can't be given back into what comes after. A first-hit counter is
 * removed. A counter that can't be read is removed too: clearing is how a broken counter is repaired.
 */
export interface Clear extends Subject {
  readonly kind: 'clear'
  readonly windows: readonly CounterWindow[]
}

/** An operation of a store. */
export type Operation = Take | Adjustment | Clear
