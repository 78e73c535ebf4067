import type { CalendarPeriod } from '../contract/windows.ts'
import type { Calendar, CalendarLimit } from '../options/calendar.ts'

/** A calendar window of a limiter. Its boundaries are those around now. */
export class LimitedCalendar implements CalendarLimit {
  readonly anchor = 'calendar'
  readonly period: CalendarPeriod
  readonly timeZone: string
  readonly longestMs: number
  readonly limit: number
  readonly unit: string | undefined
  readonly #calendar: Calendar
  /** Milliseconds that the store's clock is ahead of this process's, by the store's last word on it. */
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
    return new LimitedCalendar(this.#calendar, limit, this.unit)
  }

  /** The store's clock was outside of the boundaries. */
  storeClockIs(now: number): void {
    this.#aheadMs = now - Date.now()
  }
}
