import type { Anchor, Window } from '../contract/windows.ts'
import { OptionError } from '../errors.ts'
import { checkInteger, checkOneOf, describeValue, ownOptions } from './check.ts'
import { type Duration, parseDuration } from './duration.ts'

/**
 * One window of a limiter.
 *
 * @example { limit: 10, window: '1s' }, { limit: 1000, window: '1d', anchor: 'first-hit' }
 */
export interface WindowOptions {
  /** Units admitted per identifier and window: an integer from 0 (nothing is ever admitted) to 2^53-1. */
  readonly limit: number
  /** Length: milliseconds, or a duration such as `'1m'`. From 1 ms to 2^53-1 ms. */
  readonly window: Duration
  /** When a window begins, see {@link Anchor}. Default `'epoch'`. */
  readonly anchor?: Anchor | undefined
}

/**
 * One of several windows.
 *
 * @example { unit: 'tokens', limit: 100_000, window: '1m' }
 */
export interface UnitWindowOptions extends WindowOptions {
  /**
   * What the window counts: 1 to 32 letters, digits or `_`. If one window names its unit, all do. Calls then say what they
   * cost in each unit.
   */
  readonly unit?: string | undefined
}

const WINDOW = ['limit', 'window', 'anchor']
const ANCHORS: readonly Anchor[] = ['epoch', 'first-hit']

/** Options of one window, or of several under `windows`. */
export interface GivenWindows {
  readonly limit?: number | undefined
  readonly window?: Duration | undefined
  readonly anchor?: Anchor | undefined
  readonly windows?: readonly UnitWindowOptions[] | undefined
}

/** @throws {OptionError} naming the first option that is wrong. */
export function parseWindows(options: GivenWindows): readonly Window[] {
  const { windows } = options
  if (windows === undefined) return [parseWindow(options, '')]
  for (const name of WINDOW) {
    const value = options[name as keyof WindowOptions]
    if (value !== undefined) throw new OptionError(name, 'left out beside windows', describeValue(value))
  }
  if (!Array.isArray(windows) || windows.length === 0)
    throw new OptionError('windows', 'an array with at least one window', describeValue(windows))
  const parsed = Array.from(windows, (window: UnitWindowOptions, i) => {
    return parseWindow(ownOptions(`windows[${i}]`, window, [...WINDOW, 'unit']), `windows[${i}].`)
  })
  parsed.forEach((window, i) => {
    const twin = parsed.findIndex((other) => isSameCounter(window, other))
    if (twin !== i) {
      throw new OptionError(
        `windows[${i}]`,
        'unlike the others in length, anchor or unit',
        `the same as windows[${twin}]`,
      )
    }
    if ((window.unit === undefined) !== (parsed[0]?.unit === undefined)) {
      throw new OptionError(`windows[${i}].unit`, 'named by all windows or by none', describeValue(window.unit))
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
    throw new OptionError(`${path}unit`, '1 to 32 letters, digits or _', describeValue(unit))
  return Object.freeze({
    limit: checkInteger(`${path}limit`, limit, 0),
    windowMs: parseDuration(`${path}window`, window),
    anchor,
    unit,
  })
}

function isSameCounter(one: Window, other: Window): boolean {
  if (one.anchor === 'calendar' || other.anchor === 'calendar') return false
  return one.windowMs === other.windowMs && one.anchor === other.anchor && one.unit === other.unit
}
