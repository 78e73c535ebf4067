import fc from 'fast-check'
import { expect, test } from 'vitest'
import { counterName } from '../../src/identity/index.ts'
import type { CalendarPeriod, CounterWindow, Window } from '../../src/index.ts'

test.each<[CounterWindow, string]>([
  [{ anchor: 'epoch', windowMs: 60_000 }, 'e60000'],
  [{ anchor: 'first-hit', windowMs: 60_000 }, 'f60000'],
  [{ anchor: 'epoch', windowMs: 60_000, unit: 'tokens' }, 'e60000_tokens'],
  [{ anchor: 'epoch', windowMs: 60_000, unit: undefined }, 'e60000'],
  [{ anchor: 'calendar', period: 'month', timeZone: 'Europe/Berlin' }, 'month_Europe~2FBerlin'],
  [{ anchor: 'calendar', period: 'day', timeZone: 'Etc/GMT+5', unit: 'requests' }, 'day_Etc~2FGMT~2B5_requests'],
  [{ anchor: 'epoch', windowMs: Number.MAX_SAFE_INTEGER }, 'e9007199254740991'],
])('%o is called %s', (window, name) => {
  expect(counterName(window)).toBe(name)
})

test('the limit and the boundaries are no part of it', () => {
  const window: Window = { anchor: 'calendar', period: 'day', timeZone: 'UTC', limit: 5, ends: [1, 2], longestMs: 9 }
  const other: Window = { ...window, limit: 6, ends: [2, 3], longestMs: 8 }
  expect(counterName(window)).toBe(counterName(other))
})

const unit = fc.option(
  fc.oneof(
    fc.constantFrom('e60000', 'month', 'UTC', '_', '__', 'a_b', 'a', 'b', '60000', '2F'),
    fc.string({ unit: fc.constantFrom(...'ab_2F01'), minLength: 1, maxLength: 6 }),
  ),
  { nil: undefined },
)
const fixed = fc.record({
  anchor: fc.constantFrom('epoch' as const, 'first-hit' as const),
  windowMs: fc.oneof(fc.constantFrom(1, 6, 60, 60_000), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  unit,
})
const calendar = fc.record({
  anchor: fc.constant('calendar' as const),
  period: fc.constantFrom<CalendarPeriod>('hour', 'day', 'week', 'month', 'year'),
  timeZone: fc.oneof(
    fc.constantFrom('UTC', 'Europe/Berlin', 'Etc/GMT+5', 'Etc/GMT-5', 'UTC_a', 'A~2FB', 'A/B', '+01:00', '-01:00'),
    fc.string({ unit: fc.constantFrom(...'ABab/_+-:~2F'), minLength: 1, maxLength: 8 }),
  ),
  unit,
})
const anyWindow: fc.Arbitrary<CounterWindow> = fc.oneof(fixed, calendar)

function isSame(one: CounterWindow, other: CounterWindow): boolean {
  const parts = (window: CounterWindow) =>
    window.anchor === 'calendar'
      ? [window.anchor, window.period, window.timeZone, window.unit]
      : [window.anchor, window.windowMs, window.unit]
  return JSON.stringify(parts(one)) === JSON.stringify(parts(other))
}

test('a time zone can’t stand for another’s unit', () => {
  const window = { anchor: 'calendar', period: 'day' } as const
  expect(counterName({ ...window, timeZone: 'UTC_a' })).not.toBe(counterName({ ...window, timeZone: 'UTC', unit: 'a' }))
})

test('two windows share a name only if they are the same window', () => {
  fc.assert(
    fc.property(anyWindow, anyWindow, (one, other) => {
      expect(counterName(one) === counterName(other)).toBe(isSame(one, other))
    }),
    { numRuns: 5000 },
  )
})

test('a name is letters, digits, _ and ~ only', () => {
  fc.assert(fc.property(anyWindow, (window) => /^[\w~]+$/.test(counterName(window))))
})
