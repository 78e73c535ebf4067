import type { CalendarPeriod, Window } from '../contract/windows.ts'

/** Stands where the length of a window stands. Made by `calendar` of `@rl/core/calendar`. */
export interface Calendar {
  readonly anchor: 'calendar'
  readonly period: CalendarPeriod
  /** As it was given. */
  readonly timeZone: string
  /** No period of this kind is longer, in milliseconds. */
  readonly longestMs: number
  /**
   * The boundaries around an instant, in ascending order, in milliseconds since the epoch: begin and end of the period that
   * holds it, one before and one after. The same array for every instant of a period.
   */
  endsAround(nowMs: number): readonly number[]
  /**
   * A window of a limiter by this calendar.
   *
   * @param limit Units per period: an integer from 0 to 2^53-1.
   * @example const window = calendar('month', { timeZone: 'Europe/Paris' }).withLimit(1000, 'tokens')
   */
  withLimit(limit: number, unit: string | undefined): CalendarLimit
}

/** A calendar window of a limiter. Its boundaries are those around now. */
export type CalendarLimit = Extract<Window, { anchor: 'calendar' }> & {
  withLimit(limit: number): CalendarLimit
}

export function isCalendar(value: unknown): value is Calendar {
  const { anchor, withLimit } = Object(value)
  return anchor === 'calendar' && typeof withLimit === 'function'
}

/** Calendar windows of a limiter are all made by {@link Calendar.withLimit}. */
export function isCalendarLimit(window: Window): window is CalendarLimit {
  return window.anchor === 'calendar'
}
