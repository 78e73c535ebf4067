import ms from 'ms'
import { checkInteger, show } from './check.ts'
import { OptionError } from './errors.ts'

/**
 * A length of time: milliseconds as a number, or a number with a unit as the `ms` package reads it.
 *
 * @example 60_000, '500ms', '10s', '10 s', '1m', '1h', '1d', '2 weeks'
 */
export type Duration = number | string

/**
 * Milliseconds of a duration: an integer from 1 to 2^53-1.
 *
 * @throws {OptionError} for anything else, also for a string of digits without a unit.
 */
export function parseDuration(option: string, value: unknown): number {
  if (typeof value !== 'string') return checkInteger(option, value, 1)
  const parsed: unknown = /[a-z]$/i.test(value) ? ms(value as ms.StringValue) : undefined
  if (typeof parsed === 'number') {
    // The product of '2.01s' and 1000 is not quite 2010 in binary.
    const whole = Math.round(parsed)
    if (Math.abs(parsed - whole) <= parsed * Number.EPSILON && Number.isSafeInteger(whole) && whole > 0) return whole
  }
  throw new OptionError(
    option,
    "a duration such as '500ms', '10s', '1m', '1h' or '1d', in whole milliseconds",
    show(value),
  )
}
