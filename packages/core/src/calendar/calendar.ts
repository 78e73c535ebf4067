import type { CalendarPeriod } from '../contract/windows.ts'
import type { Calendar, CalendarLimit } from '../options/calendar.ts'
import { LimitedCalendar } from './limited-calendar.ts'
import { type CalendarOptions, type CalendarSettings, parseCalendar } from './options.ts'
import { boundaryAfter, LONGEST_MS } from './periods.ts'

/** More than an application has billing days and time zones. */
const MAX_CALENDARS = 4096
const calendars = new Map<string, Calendar>()

/**
 * A window that is a period of a civil calendar in a time zone, such as a month that begins on a tenant's billing day. The
 * store's clock decides which period it is.
 *
 * A period begins when the local clock shows its begin for the first time; if clocks go forward over that, at that moment. So
 * days have 23 to 25 hours where clocks change. Equal options give the same object: it may be made for each call.
 *
 * @param period `'hour'`, `'day'`, `'week'`, `'month'` or `'year'`.
 * @throws {OptionError} naming the option that is wrong, such as a time zone that this runtime does not know.
 * @example
 * import { calendar } from '@rl/core/calendar'
 *
 * const monthly = calendar('month', { timeZone: 'Europe/Paris', day: 31 })
 * const [, begin = 0, end = 0] = monthly.endsAround(Date.UTC(2026, 1, 10))
 * console.log(new Date(begin).toISOString()) // prints 2026-01-30T23:00:00.000Z
 * console.log(new Date(end).toISOString()) // prints 2026-02-27T23:00:00.000Z
 */
export function calendar(period: CalendarPeriod, options: CalendarOptions = {}): Calendar {
  const settings = parseCalendar(period, options)
  const { timeZone, day, weekday, hour } = settings
  const key = [period, timeZone, day, weekday, hour].join()
  let made = calendars.get(key)
  if (made === undefined) {
    made = new Periods(settings)
    if (calendars.size >= MAX_CALENDARS) calendars.clear()
    calendars.set(key, made)
  }
  return made
}

/** Dates of JavaScript end a little later. */
const MAX_INSTANT = 8e15

class Periods implements Calendar {
  readonly anchor = 'calendar'
  readonly period: CalendarPeriod
  readonly timeZone: string
  readonly longestMs: number
  readonly #settings: CalendarSettings
  /** Begin and end of the period that was asked for last. */
  #begin = 0
  #end = 0
  #ends: readonly number[] = []

  constructor(settings: CalendarSettings) {
    this.period = settings.period
    this.timeZone = settings.timeZone
    this.longestMs = LONGEST_MS[settings.period]
    this.#settings = settings
  }

  endsAround(nowMs: number): readonly number[] {
    const now = Math.min(Math.max(nowMs, 0), MAX_INSTANT)
    if (now < this.#begin || now >= this.#end) this.#find(now)
    return this.#ends
  }

  withLimit(limit: number, unit: string | undefined): CalendarLimit {
    return new LimitedCalendar(this, limit, unit)
  }

  #find(now: number): void {
    const found: number[] = []
    let at = now - 2 * this.longestMs
    for (let after = 0; after < 2; ) {
      at = boundaryAfter(this.#settings, at)
      found.push(at)
      if (at > now) after++
    }
    const [, begin = 0, end = 0] = found.slice(-4)
    this.#begin = begin
    this.#end = end
    // Stores know no time before 1970.
    this.#ends = [...new Set(found.slice(-4).map((each) => Math.max(each, 0)))]
  }
}
