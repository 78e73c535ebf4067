import type { Window } from '@rl/core'
import type { Calendar } from '@rl/core/calendar'

/** One window of a limiter, and its calendar if it has one. */
export interface Lane {
  readonly window: Window
  readonly calendar: Calendar | undefined
}

/** The end of the epoch or calendar window that is open at a moment. */
export function boundaryAfter({ window, calendar }: Lane, at: number): number {
  if (window.anchor !== 'calendar') return (Math.floor(at / window.windowMs) + 1) * window.windowMs
  return calendar?.endsAround(at).find((end) => end > at) ?? Number.POSITIVE_INFINITY
}

/** The begin of the epoch or calendar window that is open at a moment. */
export function boundaryBefore({ window, calendar }: Lane, at: number): number {
  if (window.anchor !== 'calendar') return Math.floor(at / window.windowMs) * window.windowMs
  return calendar?.endsAround(at).findLast((end) => end <= at) ?? 0
}

/** Length of a window; of a calendar's period at most. */
export function lengthOf({ window }: Lane): number {
  return window.anchor === 'calendar' ? window.longestMs : window.windowMs
}
