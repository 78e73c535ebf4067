import type { CalendarPeriod } from '../contract/windows.ts'

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
}

/** A calendar window of a limiter. Its boundaries are those around now. */
export class CalendarLimit {
  readonly anchor = 'calendar'
  readonly period: CalendarPeriod
  readonly timeZone: string
  readonly longestMs: number
  readonly limit: number
  readonly unit: string | undefined
  readonly #calendar: Calendar
  /** By how much the store's clock is ahead of this process's, as far as it was told. In milliseconds. */
  #aheadMs = 0

  constructor(calendar: Calendar, limit: number, unit: string | undefined) {
    this.period = calendar.period
    this.timeZone = calendar.timeZone
    this.longestMs = calendar.longestMs
    this.limit = limit
    this.unit = unit
    this.#calendar = calendar
    Object.freeze(this)
  }

  get ends(): readonly number[] {
    return this.#calendar.endsAround(Date.now() + this.#aheadMs)
  }

  withLimit(limit: number): CalendarLimit {
    return new CalendarLimit(this.#calendar, limit, this.unit)
  }

  /** Whether the value is a calendar of the same period and time zone, and so of the same counter. */
  isOf(value: unknown): value is Calendar {
    return isCalendar(value) && value.period === this.period && value.timeZone === this.timeZone
  }

  withCalendar(calendar: Calendar): CalendarLimit {
    return new CalendarLimit(calendar, this.limit, this.unit)
  }

  /** The store's clock was outside of the boundaries. */
  storeClockIs(now: number): void {
    this.#aheadMs = now - Date.now()
  }
}

export function isCalendar(value: unknown): value is Calendar {
  const { anchor, endsAround } = Object(value)
  return anchor === 'calendar' && typeof endsAround === 'function'
}
