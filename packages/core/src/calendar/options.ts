import type { CalendarPeriod } from '../contract/windows.ts'
import { checkInteger, checkOneOf, ownOptions, wrongOption } from '../options/check.ts'
import { type Zone, zoneOf } from './zone.ts'

/** The day on which a week begins. */
export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday'

/**
 * Where periods of a calendar begin.
 *
 * @example { timeZone: 'Europe/Paris', day: 31, hour: 6 }
 */
export interface CalendarOptions {
  /** An IANA time zone, such as `'Europe/Paris'`. Default `'UTC'`. */
  readonly timeZone?: string | undefined
  /** Only for `'month'`: the day on which it begins, from 1 to 31; in shorter months, their last day. Default 1. */
  readonly day?: number | undefined
  /** Only for `'week'`: the day on which it begins. Default `'monday'`. */
  readonly weekStartsOn?: Weekday | undefined
  /** Not for `'hour'`: the hour of the day, by the local clock, at which a period begins, from 0 to 23. Default 0. */
  readonly hour?: number | undefined
}

export interface CalendarSettings {
  readonly period: CalendarPeriod
  readonly timeZone: string
  readonly zone: Zone
  readonly day: number
  /** From 0 for Monday. */
  readonly weekday: number
  readonly hour: number
}

const WEEKDAYS: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const KNOWN = ['timeZone', 'day', 'weekStartsOn', 'hour'] as const

/** The options that each period has beside the time zone. */
const OPTIONS: Readonly<Record<CalendarPeriod, readonly string[]>> = {
  hour: [],
  day: ['hour'],
  week: ['weekStartsOn', 'hour'],
  month: ['day', 'hour'],
  year: ['hour'],
}

/** @throws {OptionError} naming the option that is wrong. */
export function parseCalendar(period: CalendarPeriod, given: CalendarOptions): CalendarSettings {
  checkOneOf('period', period, Object.keys(OPTIONS))
  const options = ownOptions('calendar', given, KNOWN)
  for (const name of KNOWN) {
    if (name === 'timeZone' || options[name] === undefined || OPTIONS[period].includes(name)) continue
    throw wrongOption(`calendar.${name}`, `left out for '${period}'`, options[name])
  }
  const { timeZone = 'UTC', day = 1, weekStartsOn = 'monday', hour = 0 } = options
  return {
    period,
    timeZone,
    zone: parseZone(timeZone),
    day: checkInteger('calendar.day', day, 1, 31),
    weekday: WEEKDAYS.indexOf(checkOneOf('calendar.weekStartsOn', weekStartsOn, WEEKDAYS)),
    hour: checkInteger('calendar.hour', hour, 0, 23),
  }
}

/** Offsets such as `'+05:30'` are refused: some runtimes take them, others don't. */
function parseZone(timeZone: unknown): Zone {
  if (typeof timeZone === 'string' && /^[A-Za-z][\w+/-]{0,63}$/.test(timeZone)) {
    try {
      return zoneOf(timeZone)
    } catch {
      // No such zone, as the error below says.
    }
  }
  throw wrongOption('calendar.timeZone', "an IANA time zone that this runtime knows, such as 'Europe/Paris'", timeZone)
}
