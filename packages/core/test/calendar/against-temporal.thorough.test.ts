import { describe, expect, test } from 'vitest'
import { calendar } from '../../src/calendar/index.ts'
import { boundariesByTemporal, boundariesOf, ZONES } from './reference.ts'

// Every day from 2020 to 2040, against the language's own Temporal, and every hour of a leap year.

const FROM = Date.UTC(2020, 0, 1)
const TO = Date.UTC(2041, 0, 1)

/** In minutes, where clocks do not change by whole hours at a full one. */
const HOUR_LENGTHS: Readonly<Record<string, readonly number[]>> = {
  'Australia/Lord_Howe': [30, 60, 90],
  'Pacific/Chatham': [15, 45, 60],
}

describe.each(ZONES)('%s', (timeZone) => {
  test.each([{}, { hour: 23 }])('every day %j', (options) => {
    const expected = boundariesByTemporal('day', timeZone, options, FROM, TO)
    expect(expected.length).toBe(7671)
    expect(boundariesOf(calendar('day', { timeZone, ...options }), FROM, TO)).toEqual(expected)
  })

  test('every full hour of a leap year', () => {
    const hours = boundariesOf(calendar('hour', { timeZone }), Date.UTC(2028, 0, 1), Date.UTC(2029, 0, 1))
    const lengths = new Set(hours.slice(1).map((each, i) => (each - (hours[i] ?? 0)) / 60_000))
    expect([...lengths].sort((a, b) => a - b)).toEqual(HOUR_LENGTHS[timeZone] ?? [60])
  })
})
