import { describe, expect, test, vi } from 'vitest'
import { type CalendarOptions, calendar } from '../../src/calendar/index.ts'
import { type CalendarPeriod, OptionError } from '../../src/index.ts'
import { thrown } from '../support/helpers.ts'

/** Begin and end of the period that holds an instant. */
function periodAt(period: CalendarPeriod, options: CalendarOptions, now: string): string[] {
  const [, begin = Number.NaN, end = Number.NaN] = calendar(period, options).endsAround(Date.parse(now))
  return [begin, end].map((each) => new Date(each).toISOString().replace(':00.000Z', 'Z'))
}

describe('odd days, by hand', () => {
  test.each<[string, CalendarPeriod, CalendarOptions, now: string, begin: string, end: string]>([
    // Clocks go forward.
    [
      'a day of 23 hours',
      'day',
      { timeZone: 'Europe/Paris' },
      '2026-03-29T12:00Z',
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
    ],
    [
      'a skipped midnight',
      'day',
      { timeZone: 'America/Sao_Paulo' },
      '2018-11-04T12:00Z',
      '2018-11-04T03:00Z',
      '2018-11-05T02:00Z',
    ],
    [
      'the day before a skipped midnight',
      'day',
      { timeZone: 'Asia/Beirut' },
      '2026-03-28T12:00Z',
      '2026-03-27T22:00Z',
      '2026-03-28T22:00Z',
    ],
    [
      'a skipped midnight in Cairo',
      'day',
      { timeZone: 'Africa/Cairo' },
      '2014-05-16T12:00Z',
      '2014-05-15T22:00Z',
      '2014-05-16T21:00Z',
    ],
    [
      'a skipped hour of the day',
      'day',
      { timeZone: 'Europe/Paris', hour: 2 },
      '2026-03-29T12:00Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:00Z',
    ],
    [
      'an hour in the middle of what is skipped',
      'day',
      { timeZone: 'Antarctica/Troll', hour: 2 },
      '2026-03-29T12:00Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:00Z',
    ],
    // Clocks go back.
    [
      'a day of 25 hours',
      'day',
      { timeZone: 'Europe/Paris' },
      '2026-10-25T12:00Z',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
    ],
    [
      'a day that gets 23:00 twice',
      'day',
      { timeZone: 'America/Sao_Paulo' },
      '2018-02-18T02:30Z',
      '2018-02-17T02:00Z',
      '2018-02-18T03:00Z',
    ],
    [
      'a midnight that comes twice',
      'day',
      { timeZone: 'America/Havana' },
      '2026-11-01T05:30Z',
      '2026-11-01T04:00Z',
      '2026-11-02T05:00Z',
    ],
    [
      'a date that is shown again',
      'day',
      { timeZone: 'America/St_Johns' },
      '2010-11-07T02:45Z',
      '2010-11-07T02:30Z',
      '2010-11-08T03:30Z',
    ],
    [
      'an hour of the day that comes twice',
      'day',
      { timeZone: 'Europe/Paris', hour: 2 },
      '2026-10-25T01:30Z',
      '2026-10-25T00:00Z',
      '2026-10-26T01:00Z',
    ],
    [
      'the second of two equal hours',
      'hour',
      { timeZone: 'Europe/Paris' },
      '2026-10-25T01:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T02:00Z',
    ],
    [
      'an hour of 90 minutes',
      'hour',
      { timeZone: 'Australia/Lord_Howe' },
      '2026-04-04T15:10Z',
      '2026-04-04T14:00Z',
      '2026-04-04T15:30Z',
    ],
    [
      'an hour of 30 minutes',
      'hour',
      { timeZone: 'Australia/Lord_Howe' },
      '2026-10-03T15:40Z',
      '2026-10-03T15:30Z',
      '2026-10-03T16:00Z',
    ],
    [
      'a day of 24 hours and a half',
      'day',
      { timeZone: 'Australia/Lord_Howe' },
      '2026-04-05T00:00Z',
      '2026-04-04T13:00Z',
      '2026-04-05T13:30Z',
    ],
    // A day that never was, 30 December 2011.
    [
      'the day before it',
      'day',
      { timeZone: 'Pacific/Apia' },
      '2011-12-30T09:59Z',
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
    ],
    [
      'the day after it',
      'day',
      { timeZone: 'Pacific/Apia' },
      '2011-12-30T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
    ],
    [
      'its week of six days',
      'week',
      { timeZone: 'Pacific/Apia' },
      '2011-12-30T10:00Z',
      '2011-12-26T10:00Z',
      '2012-01-01T10:00Z',
    ],
    [
      'a month that would begin on it',
      'month',
      { timeZone: 'Pacific/Apia', day: 30 },
      '2011-12-31T00:00Z',
      '2011-12-30T10:00Z',
      '2012-01-29T10:00Z',
    ],
    // Offsets that are no whole hours.
    [
      'a day at +5:45',
      'day',
      { timeZone: 'Asia/Kathmandu' },
      '2026-07-01T18:15Z',
      '2026-07-01T18:15Z',
      '2026-07-02T18:15Z',
    ],
    [
      'an hour at +5:45',
      'hour',
      { timeZone: 'Asia/Kathmandu' },
      '2026-07-01T18:14Z',
      '2026-07-01T17:15Z',
      '2026-07-01T18:15Z',
    ],
    // Lengths of months and years.
    ['January to the 28th', 'month', { day: 31 }, '2026-02-10T00:00Z', '2026-01-31T00:00Z', '2026-02-28T00:00Z'],
    [
      'the 28th to March, without drift',
      'month',
      { day: 31 },
      '2026-03-10T00:00Z',
      '2026-02-28T00:00Z',
      '2026-03-31T00:00Z',
    ],
    ['to the 29th in a leap year', 'month', { day: 30 }, '2028-02-10T00:00Z', '2028-01-30T00:00Z', '2028-02-29T00:00Z'],
    ['no leap year in 2100', 'month', { day: 29 }, '2100-02-10T00:00Z', '2100-01-29T00:00Z', '2100-02-28T00:00Z'],
    ['a leap year', 'year', {}, '2028-02-29T00:00Z', '2028-01-01T00:00Z', '2029-01-01T00:00Z'],
    [
      'before the hour of a new year',
      'year',
      { hour: 6 },
      '2026-01-01T05:59Z',
      '2025-01-01T06:00Z',
      '2026-01-01T06:00Z',
    ],
    [
      'a week from Sunday',
      'week',
      { weekStartsOn: 'sunday' },
      '2026-11-28T00:00Z',
      '2026-11-22T00:00Z',
      '2026-11-29T00:00Z',
    ],
    ['a week from Monday', 'week', {}, '2026-11-30T00:00Z', '2026-11-30T00:00Z', '2026-12-07T00:00Z'],
    [
      'before the hour of a new week',
      'week',
      { hour: 9 },
      '2026-11-30T08:00Z',
      '2026-11-23T09:00Z',
      '2026-11-30T09:00Z',
    ],
  ])('%s', (_, period, options, now, begin, end) => {
    expect(periodAt(period, options, now)).toEqual([begin, end])
  })
})

describe('endsAround', () => {
  test('gives one boundary before the period and one after it', () => {
    const around = calendar('year', {}).endsAround(Date.UTC(2026, 5, 1))
    expect(around).toEqual([2025, 2026, 2027, 2028].map((year) => Date.UTC(year, 0, 1)))
  })

  test('a boundary belongs to the period that it begins', () => {
    const monthly = calendar('month', { timeZone: 'Asia/Kathmandu' })
    const [, , end = 0] = monthly.endsAround(Date.UTC(2026, 5, 10))
    expect(monthly.endsAround(end - 1)[2]).toBe(end)
    expect(monthly.endsAround(end)[1]).toBe(end)
    expect(monthly.endsAround(end - 0.5)[2]).toBe(end)
  })

  test('is the same array for the whole period, and another one for the next', () => {
    const daily = calendar('day', { timeZone: 'Europe/Paris' })
    const now = Date.UTC(2026, 5, 1, 12)
    expect(daily.endsAround(now + 1)).toBe(daily.endsAround(now))
    expect(daily.endsAround(now + 86_400_000)).not.toBe(daily.endsAround(now))
  })

  test.each([
    ['before 1970', -1e15],
    ['at its first moment', 0],
    ['after the last date of JavaScript', Number.MAX_SAFE_INTEGER],
  ])('has boundaries for a clock %s, none of them before 1970', (_, now) => {
    for (const period of ['hour', 'day', 'week', 'month', 'year'] as const) {
      for (const timeZone of ['UTC', 'Pacific/Kiritimati', 'America/New_York']) {
        const ends = calendar(period, { timeZone }).endsAround(now)
        expect(ends.length).toBeGreaterThanOrEqual(2)
        expect(ends.every((each, i) => Number.isSafeInteger(each) && each > (ends[i - 1] ?? -1))).toBe(true)
      }
    }
  })

  test('no period is longer than longestMs', () => {
    for (const [period, days] of [
      ['hour', 2 / 24],
      ['day', 2],
      ['week', 8],
      ['month', 32],
      ['year', 367],
    ] as const) {
      expect(calendar(period).longestMs).toBe(days * 86_400_000)
    }
  })
})

describe('what it is made of', () => {
  test('is what a window needs', () => {
    expect(calendar('month', { timeZone: 'europe/PARIS', day: 17 })).toMatchObject({
      anchor: 'calendar',
      period: 'month',
      timeZone: 'europe/PARIS',
    })
    expect(calendar('day').timeZone).toBe('UTC')
  })

  test('equal options give the same object, others do not', () => {
    const options = { timeZone: 'Europe/Paris', day: 17 }
    expect(calendar('month', { ...options })).toBe(calendar('month', { ...options, hour: 0 }))
    const others = [
      calendar('month'),
      calendar('month', { ...options, day: 18 }),
      calendar('month', { ...options, hour: 1 }),
    ]
    expect(new Set([calendar('month', options), ...others]).size).toBe(4)
    expect(calendar('week', { weekStartsOn: 'sunday' })).not.toBe(calendar('week'))
  })

  test.each<[string, unknown, unknown]>([
    ["period must be 'hour' or 'day' or 'week' or 'month' or 'year', received \"fortnight\"", 'fortnight', {}],
    [
      "period must be 'hour' or 'day' or 'week' or 'month' or 'year' (did you mean month?), received \"months\"",
      'months',
      {},
    ],
    ['calendar must be a plain object, received a string', 'day', 'Europe/Paris'],
    [
      'calendar must be made of timeZone, day, weekStartsOn, hour (did you mean timeZone?), received the unknown option "timezone"',
      'day',
      { timezone: 'Europe/Paris' },
    ],
    [
      'calendar.timeZone must be an IANA time zone that this runtime knows, such as \'Europe/Paris\', received "Europe/Pari"',
      'day',
      { timeZone: 'Europe/Pari' },
    ],
    ['received "+05:30"', 'day', { timeZone: '+05:30' }],
    ['received ""', 'day', { timeZone: '' }],
    ['received null', 'day', { timeZone: null }],
    ['calendar.timeZone must be', 'day', { timeZone: `A${'a'.repeat(64)}` }],
    ['calendar.day must be an integer from 1 to 31, received 0', 'month', { day: 0 }],
    ['calendar.day must be an integer from 1 to 31, received 32', 'month', { day: 32 }],
    ['calendar.day must be an integer from 1 to 31, received 1.5', 'month', { day: 1.5 }],
    ['calendar.day must be an integer from 1 to 31, received "17"', 'month', { day: '17' }],
    ["calendar.day must be left out for 'week', received 5", 'week', { day: 5 }],
    ["calendar.day must be left out for 'year', received 5", 'year', { day: 5 }],
    ['calendar.weekStartsOn must be left out for \'month\', received "monday"', 'month', { weekStartsOn: 'monday' }],
    ["calendar.hour must be left out for 'hour', received 5", 'hour', { hour: 5 }],
    ['calendar.hour must be an integer from 0 to 23, received 24', 'day', { hour: 24 }],
    ['or \'sunday\' (did you mean sunday?), received "Sunday"', 'week', { weekStartsOn: 'Sunday' }],
    ['received 0', 'week', { weekStartsOn: 0 }],
  ])('%s', (message, period, options) => {
    const error = thrown(() => calendar(period as CalendarPeriod, options as CalendarOptions))
    expect(error).toBeInstanceOf(OptionError)
    expect(String(error)).toContain(message)
  })

  test('refuses offsets also where the runtime takes them', () => {
    const runtime = vi.spyOn(Intl, 'DateTimeFormat')
    for (const timeZone of ['+05:30', '-08', 'Europe/Paris ', "Europe/Paris'"]) {
      expect(thrown(() => calendar('day', { timeZone }))).toBeInstanceOf(OptionError)
    }
    expect(runtime).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})
