/**
 * How a window is placed in time.
 *
 * - `'epoch'`: windows are `[n·windowMs, (n+1)·windowMs)` of the store's clock since 1970-01-01T00:00Z.
 * - `'first-hit'`: a window opens with its first admitted unit and lasts `windowMs`.
 */
export type Anchor = 'epoch' | 'first-hit'

/** What tells one counter of an identifier from another. The limit is not part of it: changing a limit applies at once. */
export interface CounterWindow {
  /** Length in milliseconds: an integer from 1 to 2^53-1. */
  readonly windowMs: number
  readonly anchor: Anchor
}

/** A window with the limit that one take checks it against. */
export interface Window extends CounterWindow {
  /** Units that may be used within one window: an integer from 0 to 2^53-1. */
  readonly limit: number
}

/**
 * Take `cost` units, up to `times` times, from all the windows of one identifier or from none.
 *
 * @example { key: 'api:user_123', windows: [{ limit: 100, windowMs: 60_000, anchor: 'epoch' }], cost: 1, times: 3 }
 */
export interface Take {
  /** Policy and identifier, encoded: printable ASCII without spaces or braces, and never the same for two identifiers. */
  readonly key: string
  /** At least one; no two with the same length and anchor. */
  readonly windows: readonly Window[]
  /** Units taken each time: an integer from 0 to 2^53-1. 0 only reads. */
  readonly cost: number
  /** How often at most: an integer from 1 to 2^53-1. */
  readonly times: number
}

/** A counter as it stood after an operation. */
export interface CounterState {
  /** Units used, including those just taken. 0 where no window is open. */
  readonly used: number
  /**
   * When the window ends, in milliseconds since the epoch by the store's clock; always after `now`, and the same number in
   * every answer of one window. Where no `'first-hit'` window is open: when one that opened now would end.
   */
  readonly resetAt: number
}

/** The answer to one {@link Take}. */
export interface TakeReply {
  /** The largest k ≤ `times` for which k·`cost` more units fit in every window. */
  readonly taken: number
  /** The store's clock, in milliseconds since the epoch. The only clock decisions are made by. */
  readonly now: number
  /** In the order of the take's windows. */
  readonly windows: readonly CounterState[]
}

/** The counter of one window that a refund goes to. */
export interface RefundWindow extends CounterWindow {
  /** The `resetAt` under which the units were taken. Another window's counter is left alone. */
  readonly resetAt: number
}

/** Give `cost` units back to each of these windows that is still open. */
export interface Refund {
  readonly key: string
  readonly windows: readonly RefundWindow[]
  /** Units: an integer from 0 to 2^53-1. */
  readonly cost: number
}

/** The answer to a {@link Refund}. */
export interface RefundReply {
  /** The store's clock, in milliseconds since the epoch. */
  readonly now: number
  /** Units given back to each window, in order: `min(cost, used)`, or 0 where the window is no longer open. */
  readonly refunded: readonly number[]
}

/** Forget these counters of one identifier. */
export interface Clear {
  readonly key: string
  readonly windows: readonly CounterWindow[]
}

/**
 * Where counters live. A counter belongs to one key and one window, counts used units, and vanishes when its window ends.
 *
 * What every store keeps to; `@rl/conformance` checks all of it:
 * - each take is atomic, across all processes that share the storage;
 * - a take that takes nothing changes nothing;
 * - the store's own clock decides, never the caller's;
 * - a counter gets its value and its expiry in one step, is never seen without one, and one found without is healed;
 * - a counter that can't be read (another type, not a number) fails its own take, with an error in its place in the reply.
 *
 * A failing operation rejects. Reject with a `StoreError` to say whether it may have been executed; any other error
 * counts as `'unknown'`.
 */
export interface CounterStore {
  /**
   * How many commands it pays to have under way at once while many callers wait: an integer from 1. More of them let
   * client and server work at the same time, but each is a command that the server runs and that some services bill.
   * Default 1.
   */
  readonly parallelism?: number
  /** Applies the takes in order and answers each in its place. None at all are answered by an empty list. */
  take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]>
  /**
   * The same for a single take, where the answer is at hand: for stores in the caller's own process, which have no round
   * trip to share. A limiter without a lease or deny cache then asks here alone. The reply may be used again for the next
   * take: read it at once, and keep nothing of it.
   */
  takeNow?(take: Take): TakeReply | Error
  /** Floors at 0, never creates a counter, never moves an expiry. */
  refund(refund: Refund): Promise<RefundReply>
  /** Removes exactly these counters: no patterns, no scanning. */
  clear(clear: Clear): Promise<void>
}
