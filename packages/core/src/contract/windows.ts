/**
 * How a window is placed in time.
 *
 * - `'epoch'`: windows are `[n·windowMs, (n+1)·windowMs)` of the store's clock since 1970-01-01T00:00Z.
 * - `'first-hit'`: a window opens with its first admitted unit and lasts `windowMs`.
 * - `'calendar'`: a window is a period of a civil calendar, such as a month in Europe/Berlin.
 */
export type Anchor = 'epoch' | 'first-hit'

/** A period of a civil calendar. */
export type CalendarPeriod = 'hour' | 'day' | 'week' | 'month' | 'year'

interface Unit {
  /** The unit that the window counts, such as `'tokens'`: 1 to 32 letters, digits or `_`. Without: calls, or whatever `cost` means. */
  readonly unit?: string | undefined
}

/** A counter's window of fixed length. */
export interface FixedWindow extends Unit {
  readonly anchor: Anchor
  /** Length in milliseconds: an integer from 1 to 2^53-1. */
  readonly windowMs: number
}

/** A counter's window by the calendar. Day and hour at which periods begin are not part of it: a new one applies from the next period on. */
export interface CalendarWindow extends Unit {
  readonly anchor: 'calendar'
  readonly period: CalendarPeriod
  /** An IANA time zone, as written by the user: 1 to 64 characters. */
  readonly timeZone: string
}

/** The part that distinguishes the counters of an identifier. The limit is not part of it: a changed limit applies at once. */
export type CounterWindow = FixedWindow | CalendarWindow

interface Limit {
  /** Units that may be used within one window: an integer from 0 to 2^53-1. */
  readonly limit: number
}

/** The boundaries of the calendar periods around now, computed by the caller. The store's clock chooses among them. */
export interface Boundaries {
  /**
   * At least two boundaries in ascending order, in milliseconds since the epoch. The window that is open at time t ends at the
   * first boundary after t. A store whose clock is before the first boundary, or not before the last, answers {@link Outside}.
   */
  readonly ends: readonly number[]
  /**
   * No period of this kind is longer, in milliseconds. A stored end wins over the boundaries, unless it is later than now +
   * longestMs: then the counter keeps its units and ends at the boundary. A take that is denied or reads shows that end.
   */
  readonly longestMs: number
  /** Called by the limiter, not by stores, when the store's clock was outside: the next boundaries are those around it. */
  storeClockIs?(now: number): void
}

/** A window with the limit that one take checks it against. */
export type Window = (FixedWindow & Limit) | (CalendarWindow & Limit & Boundaries)
