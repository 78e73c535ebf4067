/** A counter as it stood after an operation. */
export interface CounterState {
  /** Units used, including those just taken: an integer from 0 to 2^53-1. 0 where no window is open. */
  readonly used: number
  /**
   * When the window ends, in milliseconds since the epoch by the store's clock; always after `now`, and the same number in
   * every answer of one window. Where no window is open: when one that opened now would end.
   */
  readonly resetAt: number
  /** How often the counter was cleared within this window: an integer from 0. */
  readonly generation: number
}

/** The answer to a take. */
export interface TakeReply {
  /** How many times the costs were taken: the largest k ≤ `times` for which k times the costs fitted into every window. */
  readonly timesTaken: number
  /** The store's clock, in milliseconds since the epoch. Decisions use no other clock. */
  readonly now: number
  /** In the order of the take's windows. */
  readonly windows: readonly CounterState[]
}

/**
 * The store's clock lies outside the boundaries of a calendar window, whether or not its counter is open. Nothing was taken from
 * any window: compute new boundaries around `now`.
 */
export interface Outside {
  readonly outside: true
  /** The store's clock, in milliseconds since the epoch. */
  readonly now: number
}

/** An adjustment's effect on one window. */
export interface Adjusted {
  /** Units charged (above 0) or given back (below 0, no more than were used). */
  readonly applied: number
  /** Units used afterwards. */
  readonly used: number
}

/** The answer to an adjustment. */
export interface AdjustReply {
  /** The store's clock, also of a repeat, in milliseconds since the epoch. */
  readonly now: number
  /** The token was known: this is the first result, and nothing changed now. */
  readonly repeated: boolean
  /** In order. `'ended'`: the window has ended, or was cleared since. */
  readonly windows: readonly (Adjusted | 'ended')[]
}

/** The answer to a clear. */
export interface ClearReply {
  /** The store's clock, in milliseconds since the epoch. */
  readonly now: number
}

/** A store's answer to an operation. */
export type Reply = TakeReply | Outside | AdjustReply | ClearReply
