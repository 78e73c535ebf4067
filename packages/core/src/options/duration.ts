import { checkInteger, wrongOption } from './check.ts'

/**
 * A length of time: milliseconds as a number, or a number followed at once by `ms`, `s`, `m` (minutes), `h`, `d` or `w`. A
 * fraction is fine if it comes to whole milliseconds. Letters are lower case: `'1M'` is an error, neither a minute nor a month.
 *
 * @example 60_000, '500ms', '10s', '1m', '1.5h', '1d', '2w'
 */
export type Duration = number | string

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/**
 * Milliseconds of a duration: an integer from 1 to 2^53-1.
 *
 * @throws {OptionError} for anything else, also for digits without a unit.
 * @example console.log(parseDuration('window', '1.5h')) // prints 5400000
 */
export function parseDuration(option: string, value: unknown): number {
  if (typeof value !== 'string') return checkInteger(option, value, 1)
  const [, digits, unit] = /^(\d{1,16}(?:\.\d{1,16})?)(ms|[smhdw])$/.exec(value) ?? []
  const exact = Number(digits) * UNITS[unit as keyof typeof UNITS]
  // The product of 2.01 and 1000 is not quite 2010 in binary.
  const whole = Math.round(exact)
  if (Math.abs(exact - whole) <= exact * Number.EPSILON && Number.isSafeInteger(whole) && whole > 0) return whole
  throw wrongOption(option, "a duration such as '500ms', '10s', '1m', '1h', '1d' or '1w', in whole milliseconds", value)
}
