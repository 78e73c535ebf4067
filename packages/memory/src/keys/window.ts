import type { CalendarPeriod, Window } from '@rl/core'

/** The part that distinguishes the counters of an identifier. */
interface Name {
  readonly anchor: string
  readonly windowMs?: number
  readonly unit?: string | undefined
  readonly period?: CalendarPeriod
  readonly timeZone?: string
}

/** Whether two windows have the same counter. Compares fields, as to build and hash a name takes longer. */
export function isSame(one: Name, other: Name): boolean {
  return (
    one === other ||
    (one.anchor === other.anchor &&
      one.windowMs === other.windowMs &&
      one.unit === other.unit &&
      one.period === other.period &&
      one.timeZone === other.timeZone)
  )
}

/** Whether `now` is outside the boundaries of a calendar window. */
export function isOutside(window: Window, now: number): boolean {
  return window.anchor === 'calendar' && (now < (window.ends[0] as number) || now >= (window.ends.at(-1) as number))
}

/** When a window that opens at `now` ends. */
export function endAt(window: Window, now: number): number {
  if (window.anchor === 'calendar') return window.ends.find((end) => end > now) as number
  const { windowMs } = window
  return window.anchor === 'epoch'
    ? now - (now % windowMs) + windowMs
    : Math.min(now + windowMs, Number.MAX_SAFE_INTEGER)
}

/** The end that a window has; if the clock was turned back after the window had opened, one that is not later than its length. */
export function endInTime(end: number, window: Window, now: number): number {
  const lengthMs = window.anchor === 'calendar' ? window.longestMs : window.windowMs
  return end - lengthMs > now ? endAt(window, now) : end
}
