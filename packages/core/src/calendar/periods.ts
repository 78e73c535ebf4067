import type { CalendarPeriod } from '../contract/windows.ts'
import type { CalendarSettings } from './options.ts'
import type { Zone } from './zone.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * No period is longer, in milliseconds, also where clocks go back, or a country moves to the other side of the date line
 * and has a day twice.
 */
export const LONGEST_MS: Readonly<Record<CalendarPeriod, number>> = {
  hour: 2 * HOUR,
  day: 2 * DAY,
  week: 8 * DAY,
  month: 32 * DAY,
  year: 367 * DAY,
}

/** Finds the first boundary after an instant. */
export function boundaryAfter(settings: CalendarSettings, instant: number): number {
  const { period, zone } = settings
  if (period === 'hour') return fullHourAfter(zone, instant)
  const [numberAt, beginOf] = COUNTED[period]
  let next = numberAt(zone.localAt(instant), settings) + 1
  // Boundaries that have passed are skipped: where clocks go back over one, the local clock shows a time before it.
  for (;;) {
    const boundary = zone.firstAt(beginOf(next, settings))
    if (boundary > instant) return boundary
    next++
  }
}

/** Numbers a kind of periods: of the one that a local time lies in, or the one before, and the local time at which one begins. */
type Counted = readonly [
  numberAt: (local: number, settings: CalendarSettings) => number,
  beginOf: (number: number, settings: CalendarSettings) => number,
]

const COUNTED: Readonly<Record<Exclude<CalendarPeriod, 'hour'>, Counted>> = {
  day: [(local, { hour }) => Math.floor((local - hour * HOUR) / DAY), (day, { hour }) => day * DAY + hour * HOUR],
  week: [
    (local, settings) => Math.floor((local - firstWeek(settings)) / (7 * DAY)),
    (week, settings) => week * 7 * DAY + firstWeek(settings),
  ],
  month: [
    (local) => {
      const date = new Date(local)
      return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth() - 1
    },
    beginOfMonth,
  ],
  year: [(local) => new Date(local).getUTCFullYear() - 1, (year, { hour }) => Date.UTC(year, 0, 1, hour)],
}

/** 1 January 1970 was a Thursday. */
function firstWeek({ weekday, hour }: CalendarSettings): number {
  return ((weekday + 4) % 7) * DAY + hour * HOUR
}

/** Months count from January 1970. From the month's own length each time: a 31st that became a 28th is a 31st again. */
function beginOfMonth(month: number, { day, hour }: CalendarSettings): number {
  const lastDay = new Date(Date.UTC(1970, month + 1, 0)).getUTCDate()
  return Date.UTC(1970, month, Math.min(day, lastDay), hour)
}

/**
 * Each full hour that the local clock shows begins one: an hour that comes twice makes two. Where clocks go forward over a full
 * hour, one begins at that moment.
 */
function fullHourAfter(zone: Zone, instant: number): number {
  let before = Math.floor(instant / 1000) * 1000
  for (;;) {
    const offset = zone.offsetAt(before)
    const local = (Math.floor((before + offset) / HOUR) + 1) * HOUR
    if (zone.offsetAt(local - offset) === offset) return local - offset
    const change = zone.changeIn(before, local - offset)
    const shown = zone.localAt(change)
    if (shown % HOUR === 0 || shown > local) return change
    before = change
  }
}
