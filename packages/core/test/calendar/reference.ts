import { Temporal } from 'temporal-polyfill'
import type { Calendar, CalendarOptions } from '../../src/calendar/index.ts'
import type { CalendarPeriod } from '../../src/index.ts'

/** Where clocks do odd things, and where they don't. */
export const ZONES: readonly string[] = [
  'UTC',
  'Africa/Cairo', // clocks go forward at midnight
  'Africa/Casablanca', // back for each Ramadan
  'America/Asuncion',
  'America/Havana', // midnight is skipped, and comes twice
  'America/Los_Angeles',
  'America/New_York',
  'America/Nuuk',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Antarctica/Casey', // changed by three hours, at one minute past midnight
  'Antarctica/Troll', // changes by two hours
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu', // +5:45
  'Asia/Kolkata',
  'Asia/Tehran',
  'Atlantic/Azores', // midnight comes twice
  'Australia/Lord_Howe', // changes by half an hour
  'Australia/Sydney',
  'Europe/London',
  'Europe/Paris',
  'Pacific/Apia',
  'Pacific/Chatham', // +12:45
  'Pacific/Kiritimati', // +14
]

const DAY = 86_400_000

const FIRST = Temporal.PlainDate.from('2019-12-01')
const LAST = Temporal.PlainDate.from('2041-02-01')

/** The boundaries of a calendar by the Temporal of the language, which counts dates in another way. */
export function boundariesByTemporal(
  period: Exclude<CalendarPeriod, 'hour'>,
  timeZone: string,
  options: CalendarOptions,
  from: number,
  to: number,
): number[] {
  // By the start of the day where it is that: Temporal moves other times by the length of a gap.
  const { hour = 0 } = options
  const near = datesOf(period, options).filter(({ utc }) => utc > from - 2 * DAY && utc < to + 2 * DAY)
  const boundaries = near.map(({ date }) => {
    const zoned = hour === 0 ? date.toZonedDateTime(timeZone) : date.toZonedDateTime({ timeZone, plainTime: { hour } })
    return zoned.epochMilliseconds
  })
  return boundaries.filter((each) => each >= from && each < to)
}

/** As ISO numbers them. */
const WEEKDAYS = { monday: 1, tuesday: 2, wednesday: 3, thursday: 4, friday: 5, saturday: 6, sunday: 7 }

interface Boundary {
  readonly date: Temporal.PlainDate
  /** When the date begins in UTC, which is within a day of its beginning elsewhere. */
  readonly utc: number
}

const datesByCalendar = new Map<string, readonly Boundary[]>()

/** The same in all zones. */
function datesOf(period: Exclude<CalendarPeriod, 'hour'>, { day = 1, weekStartsOn }: CalendarOptions) {
  const key = JSON.stringify([period, day, weekStartsOn])
  const known = datesByCalendar.get(key)
  if (known !== undefined) return known
  const dates = makeDates(period, day, weekStartsOn).map((date) => {
    return { date, utc: date.toZonedDateTime('UTC').epochMilliseconds }
  })
  datesByCalendar.set(key, dates)
  return dates
}

function makeDates(
  period: Exclude<CalendarPeriod, 'hour'>,
  day: number,
  weekStartsOn: CalendarOptions['weekStartsOn'] = 'monday',
): Temporal.PlainDate[] {
  const dates: Temporal.PlainDate[] = []
  if (period === 'year' || period === 'month') {
    for (let year = FIRST.year; year <= LAST.year; year++) {
      const months = period === 'year' ? [1] : Array.from({ length: 12 }, (_, i) => i + 1)
      for (const month of months) dates.push(Temporal.PlainDate.from({ year, month, day }, { overflow: 'constrain' }))
    }
    return dates
  }
  for (let date = FIRST; Temporal.PlainDate.compare(date, LAST) < 0; date = date.add({ days: 1 })) {
    if (period === 'day' || date.dayOfWeek === WEEKDAYS[weekStartsOn]) dates.push(date)
  }
  return dates
}

/** When the zone's clocks change, from 2020 to 2040. */
export function changesOf(timeZone: string): number[] {
  const changes: number[] = []
  let at: Temporal.ZonedDateTime | null = FIRST.toZonedDateTime(timeZone)
  while (at !== null && at.year < 2041) {
    at = at.getTimeZoneTransition('next')
    if (at !== null) changes.push(at.epochMilliseconds)
  }
  return changes
}

const MINUTE = 60_000

/** The instants between two at which the local clock shows a full hour or has just gone forward over one: by looking at each minute. */
export function fullHoursByLooking(timeZone: string, from: number, to: number): number[] {
  const found: number[] = []
  let before = wallMinutes(timeZone, from)
  for (let at = from + MINUTE; at < to; at += MINUTE) {
    const shown = wallMinutes(timeZone, at)
    if (shown % 60 === 0 || Math.floor(shown / 60) > Math.floor(before / 60)) found.push(at)
    before = shown
  }
  return found
}

function wallMinutes(timeZone: string, at: number): number {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
  return (at + offsetNanoseconds / 1e6) / MINUTE
}

/** All boundaries between two instants, as they are found by asking for the time at the last one that is known. */
export function boundariesOf(one: Calendar, from: number, to: number): number[] {
  const found = new Set<number>()
  for (let at = from; at < to; ) {
    const ends = one.endsAround(at)
    const [, begin = Number.NaN, end = Number.NaN] = ends
    // No matcher for each of 200,000 boundaries.
    if (!(begin <= at && at < end && ends.every((each, i) => i === 0 || each > (ends[i - 1] ?? 0)))) {
      throw new Error(`${at} is not within ${ends}`)
    }
    for (const each of ends) found.add(each)
    at = ends.at(-1) ?? Number.NaN
  }
  return [...found].filter((each) => each >= from && each < to)
}
