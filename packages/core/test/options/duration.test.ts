import { expect, test } from 'vitest'
import { parseDuration } from '../src/duration.ts'
import { OptionError } from '../src/index.ts'
import { thrown } from './support.ts'

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
  ['1h', H],
  ['1d', D],
  ['10 s', 10 * S],
  ['10 S', 10 * S],
  ['2 weeks', 14 * D],
  ['1 minute', M],
  ['1.5h', 90 * M],
  ['.5s', 500],
  ['9007199254740991ms', Number.MAX_SAFE_INTEGER],
])('%j is %d ms', (value, expected) => {
  expect(parseDuration('window', value)).toBe(expected)
})

// In binary, 2.01 · 1000 is 2009.9999999999998.
test.each([
  ['2.01s', 2010],
  ['1.001s', 1001],
  ['64.1s', 64_100],
])('%s is whole milliseconds, though its product in binary is not', (value, expected) => {
  expect(parseDuration('window', value)).toBe(expected)
})

test.each([
  '',
  ' ',
  '10',
  '1000.0',
  's',
  'm',
  '-1s',
  '0s',
  '0ms',
  '0.4ms',
  '1.5ms',
  '0.0005s',
  '1e3s',
  'NaN',
  'Infinity',
  '-Infinity',
  '1 fortnight',
  '1 month',
  '1m30s',
  '1,000ms',
  '1_000ms',
  ' 1s',
  '1s ',
  '1s\n',
  '0x10s',
  '١s',
  '9007199254740992ms',
  '300000y',
  '__proto__',
  `${'1'.repeat(400)}s`,
])('%j is no duration', (value) => {
  const error = thrown(() => parseDuration('window', value))
  expect(error).toBeInstanceOf(OptionError)
  expect(error).toMatchObject({ option: 'window' })
  const shown = JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  expect((error as OptionError).message).toMatch(/^window must be a duration such as '500ms'/)
  expect((error as OptionError).message.endsWith(`received ${shown}`)).toBe(true)
})
