import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OptionError } from '../../src/index.ts'
import { parseDuration } from '../../src/options/duration.ts'
import { thrown } from '../support/helpers.ts'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H

test.each<[number | string, number]>([
  [1, 1],
  [60_000, M],
  [2 ** 31, 2 ** 31],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ['500ms', 500],
  ['10s', 10 * S],
  ['1m', M],
  ['01m', M],
  ['1h', H],
  ['1d', D],
  ['2w', 14 * D],
  ['1.5h', 90 * M],
  ['1.5s', 1500],
  ['1.50s', 1500],
  ['1.0ms', 1],
  ['0.001s', 1],
  ['0.5m', 30 * S],
  ['9007199254740991ms', Number.MAX_SAFE_INTEGER],
])('%j is %d ms', (value, expected) => {
  expect(parseDuration('window', value)).toBe(expected)
})

// In binary, 2.01 · 1000 is 2009.9999999999998.
test.each([
  ['2.01s', 2010],
  ['1.001s', 1001],
  ['64.1s', 64_100],
  ['1.005s', 1005],
])('%s is whole milliseconds, though its product in binary is not', (value, expected) => {
  expect(parseDuration('window', value)).toBe(expected)
})

test('every length in whole milliseconds up to an hour can be written in seconds', () => {
  for (let ms = 1; ms <= H; ms += ms < 10_000 ? 1 : 997) expect(parseDuration('window', `${ms / 1000}s`)).toBe(ms)
})

test.each([
  ...['', ' ', '1', '10', '1000.0', 's', 'm', '.', '.5s', '1.s', '1..5s', '1.5.5s'],
  ...['1M', '1S', '1Ms', '1mS', '1H', '1D', '1W', '1y', '1µs', '1us', '1ns'],
  ...['1 m', '10 s', ' 1s', '1s ', '1s\n', '\t1s', '1\u00a0s', '1 s'],
  ...['-1s', '+1s', '0s', '0ms', '0.0s', '0.4ms', '1.5ms', '0.0005s', '0.9999s9'],
  ...['1e3ms', '1e3s', '0x10s', '0b1s', 'NaN', 'NaNs', 'Infinity', 'Infinitys', '-Infinity'],
  ...[
    '1 fortnight',
    '1fortnight',
    '1month',
    '1 month',
    '1 minute',
    '1minute',
    '1min',
    '1sec',
    '1hr',
    '2 weeks',
    '1day',
  ],
  ...['1m30s', '1h 30m', 'PT1M', '1:00', '1,000ms', '1_000ms', '1.000,5s', '١s', '１s'],
  ...['9007199254740992ms', '9007199254740991.5ms', '300000000y', '9999999999999999w', `${'1'.repeat(400)}s`],
  ...['__proto__', 'constructor', 'toString', '1constructor', '1__proto__'],
])('%j is no duration, and the error says what is', (value) => {
  const error = thrown(() => parseDuration('window', value))
  expect(error).toBeInstanceOf(OptionError)
  expect(error).toMatchObject({ option: 'window' })
  const shown = JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  const expected = "a duration such as '500ms', '10s', '1m', '1h', '1d' or '1w', in whole milliseconds"
  expect((error as OptionError).message).toBe(`window must be ${expected}, received ${shown}`)
})

test.each([
  0,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  null,
  undefined,
  true,
  5n,
  [],
  {},
  [1000],
  new Date(5),
])('%s is no duration, either', (value) => {
  expect(thrown(() => parseDuration('window', value))).toBeInstanceOf(OptionError)
})

test('whatever else is a duration keeps to the grammar', () => {
  const pieces = fc.constantFrom('1', '0', '9', '.', 's', 'm', 'ms', 'h', 'd', 'w', ' ', 'e', '-', 'M', '_')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
      const text = parts.join('')
      let ms: number
      try {
        ms = parseDuration('window', text)
      } catch {
        return
      }
      expect(text).toMatch(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/)
      expect(Number.isSafeInteger(ms) && ms > 0).toBe(true)
    }),
    { numRuns: 5000 },
  )
})
