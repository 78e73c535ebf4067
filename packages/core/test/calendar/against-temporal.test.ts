import { describe, expect, test } from 'vitest'
import { type CalendarOptions, calendar } from '../../src/calendar/index.ts'
import { boundariesByTemporal, boundariesOf, changesOf, fullHoursByLooking, ZONES } from './reference.ts'

// Against the language's own Temporal: every week, month and year from 2020 to 2040, two years of days, and the full hours
// around each change of the clocks. The thorough test beside this one has every day and hour.

const HOUR = 3_600_000
const FROM = Date.UTC(2020, 0, 1)
const TO = Date.UTC(2041, 0, 1)

test('there are enough zones', () => expect(new Set(ZONES).size).toBeGreaterThanOrEqual(20))

describe.each(ZONES)('%s', (timeZone) => {
  test.each([
    ['day', { hour: 23 }, Date.UTC(2024, 0, 1), Date.UTC(2026, 0, 1)],
    ['week', { weekStartsOn: 'sunday' }, FROM, TO],
    ['week', { weekStartsOn: 'wednesday', hour: 12 }, Date.UTC(2024, 0, 1), Date.UTC(2026, 0, 1)],
    ['month', {}, FROM, TO],
    ['month', { day: 31 }, FROM, TO],
    ['month', { day: 29, hour: 6 }, FROM, TO],
    ['year', {}, FROM, TO],
    ['year', { hour: 1 }, FROM, TO],
  ] as const)('every %s %j', (period, options: CalendarOptions, from, to) => {
    const expected = boundariesByTemporal(period, timeZone, options, from, to)
    expect(expected.length).toBeGreaterThanOrEqual(20)
    expect(boundariesOf(calendar(period, { timeZone, ...options }), from, to)).toEqual(expected)
  })

  test('full hours around each change of the clocks', () => {
    const hourly = calendar('hour', { timeZone })
    for (const change of changesOf(timeZone)) {
      const [from, to] = [change - HOUR, change + 2 * HOUR]
      const expected = fullHoursByLooking(timeZone, from, to)
      expect(boundariesOf(hourly, from, to).filter((each) => each > from)).toEqual(expected)
    }
  })
})
