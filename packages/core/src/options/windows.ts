import type { Anchor, Window } from '../contract/windows.ts'
import { OptionError } from '../errors.ts'
import { type Calendar, isCalendar } from './calendar.ts'
import { checkInteger, checkOneOf, ownOptions, wrongOption } from './check.ts'
import { type Duration, parseDuration } from './duration.ts'

/**
 * One window of a limiter.
 *
 * @example { limit: 10, window: '1s' }, { limit: 1000, window: '1d', anchor: 'first-hit' }
 */
export interface WindowOptions {
  /** Units admitted per identifier and window: an integer from 0 (nothing is ever admitted) to 2^53-1. */
  readonly limit: number
  /**
   * Length: milliseconds, or a duration such as `'1m'`, from 1 ms to 2^53-1 ms; or a period of a calendar, see `calendar` of
   * `@rl/core/calendar`.
   */
  readonly window: Duration | Calendar
  /** When a window begins, see {@link Anchor}. Not for calendars. Default `'epoch'`. */
  readonly anchor?: Anchor | undefined
}

/**
 * One of several windows.
 *
 * @example { unit: 'tokens', limit: 100_000, window: '1m' }
 */
export interface UnitWindowOptions extends WindowOptions {
  /**
   * The unit that the window counts: 1 to 32 letters, digits or `_`. If one window names its unit, all do. Calls then say what they
   * cost in each unit.
   */
  readonly unit?: string | undefined
}

const WINDOW = ['limit', 'window', 'anchor']
const ANCHORS: readonly Anchor[] = ['epoch', 'first-hit']

/** Options of one window, or of several under `windows`. */
export interface GivenWindows {
  readonly limit?: number | undefined
  readonly window?: Duration | Calendar | undefined
  readonly anchor?: Anchor | undefined
  readonly windows?: readonly UnitWindowOptions[] | undefined
}

/** @throws {OptionError} naming the first option that is wrong. */
export function parseWindows(options: GivenWindows): readonly Window[] {
  const { windows } = options
  if (windows === undefined) return [parseWindow(options, '')]
  for (const name of WINDOW) {
    const value = options[name as keyof WindowOptions]
    if (value !== undefined) throw wrongOption(name, 'left out beside windows', value)
  }
  if (!Array.isArray(windows) || windows.length === 0)
    throw wrongOption('windows', 'an array with at least one window', windows)
  const parsed = Array.from(windows, (window: UnitWindowOptions, i) => {
    return parseWindow(ownOptions(`windows[${i}]`, window, [...WINDOW, 'unit']), `windows[${i}].`)
  })
  const counters = parsed.map((window) => {
    const length = window.anchor === 'calendar' ? window.period + window.timeZone : window.windowMs
    return `${length} ${window.anchor} ${window.unit}`
  })
  parsed.forEach(({ unit }, i) => {
    const twin = counters.indexOf(counters[i] as string)
    if (twin !== i) {
      const expected = 'unlike the others in length, anchor or unit'
      throw new OptionError(`windows[${i}]`, expected, `the same as windows[${twin}]`)
    }
    if ((unit === undefined) !== (parsed[0]?.unit === undefined)) {
      throw wrongOption(`windows[${i}].unit`, 'named by all windows or by none', unit)
    }
  })
  return parsed
}

function parseWindow(
  options: Omit<GivenWindows, 'windows'> & { readonly unit?: string | undefined },
  path: string,
): Window {
  const { limit, window, anchor = 'epoch', unit } = options
  checkOneOf(`${path}anchor`, anchor, ANCHORS)
  if (unit !== undefined && !(typeof unit === 'string' && /^\w{1,32}$/.test(unit)))
    throw wrongOption(`${path}unit`, '1 to 32 letters, digits or _', unit)
  const checked = checkInteger(`${path}limit`, limit, 0)
  if (isCalendar(window)) {
    if (options.anchor !== undefined) throw wrongOption(`${path}anchor`, 'left out beside a calendar', anchor)
    return window.withLimit(checked, unit)
  }
  return Object.freeze({
    limit: checked,
    windowMs: parseDuration(`${path}window`, window),
    anchor,
    unit,
  })
}
