import type { Window } from '../contract/windows.ts'
import { OptionError } from '../errors.ts'
import { type Calendar, isCalendar, isCalendarLimit } from './calendar.ts'
import { checkInteger, checkMethods, wrongOption } from './check.ts'
import type { Cost } from './cost.ts'
import { Remembered } from './remembered.ts'

/**
 * Options of one call.
 *
 * @example await limiter.limit('user_123', { cost: 5, limit: 1000, signal: AbortSignal.timeout(200) })
 */
export interface LimitOptions {
  /**
   * Units to take: an integer from 0 (only reads) to 2^53-1, or where windows name units, one for each of them. More than a
   * limit is denied and consumes nothing. Default 1; where windows name more than one unit there is no default, but for a
   * peek, which asks 0 of each.
   */
  readonly cost?: Cost | undefined
  /**
   * This call's own limit in units, say of the caller's plan: an integer from 0 to 2^53-1; with several windows, one for each in
   * their order. The counter stays the same one. Default: the limiter's.
   */
  readonly limit?: number | readonly number[] | undefined
  /**
   * This call's own calendar, say with the billing day of the caller: of the same period and time zone as a window of the limiter.
   * The counter stays the same one; what is open ends when it was to end. Default: the limiter's.
   *
   * @example calendar('month', { timeZone: 'Europe/Paris', day: tenant.billingDay })
   */
  readonly calendar?: Calendar | undefined
  /** Aborting rejects the call with the signal's reason. A call that was already sent may still be charged. */
  readonly signal?: AbortSignal | undefined
}

export const LIMIT_OPTIONS: readonly string[] = ['cost', 'limit', 'calendar', 'signal']

/** @throws {OptionError} for an identifier that is not a string, is empty, or is not well-formed UTF-16. Its value is not shown. */
export function checkId(id: unknown): asserts id is string {
  if (typeof id === 'string' && id !== '' && id.isWellFormed()) return
  throw new OptionError('id', 'a non-empty, well-formed string', describeId(id))
}

/** Never the value itself. */
function describeId(id: unknown): string {
  if (id === '') return 'an empty one'
  if (typeof id === 'string') return 'one with a lone surrogate'
  return `a value of type ${id === null ? 'null' : typeof id}`
}

/**
 * @throws {OptionError} for what is no AbortSignal.
 * @throws the signal's reason, if it is aborted.
 */
export function parseSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined
  checkMethods('signal', signal, ['addEventListener', 'removeEventListener', 'throwIfAborted'], 'an AbortSignal')
  const checked = signal as AbortSignal
  checked.throwIfAborted()
  return checked
}

/** The limiter's windows under the limits of its callers' plans. The same limits give the same array. */
export class WindowsByLimit {
  readonly own: readonly Window[]
  readonly #byLimits: Remembered<string, readonly Window[]> = new Remembered()
  readonly #byCalendar: Remembered<Calendar, WindowsByLimit> = new Remembered()
  readonly #shares: Remembered<readonly Window[], readonly Window[]> = new Remembered()

  constructor(own: readonly Window[]) {
    this.own = own
  }

  /**
   * @throws {OptionError} for a limit that is no integer from 0, or of which there are not as many as windows, and for a calendar
   *   of no window.
   */
  parse(limit: number | readonly number[] | undefined, calendar?: Calendar): readonly Window[] {
    if (calendar !== undefined) return this.#byCalendar.get(calendar, () => this.#under(calendar)).parse(limit)
    if (limit === undefined) return this.own
    const limits = this.#check(limit)
    return this.#byLimits.get(limits.join(), () => {
      return this.own.map((window, i) => withLimit(window, limits[i] as number))
    })
  }

  /** The windows under a share of their limits, rounded down. */
  shareOf(windows: readonly Window[], share: number): readonly Window[] {
    if (share === 1) return windows
    return this.#shares.get(windows, () => {
      return windows.map((window) => withLimit(window, Math.floor(window.limit * share)))
    })
  }

  #under(calendar: Calendar): WindowsByLimit {
    const windows = this.own.map((window) => {
      const isNamed =
        isCalendarLimit(window) &&
        isCalendar(calendar) &&
        calendar.period === window.period &&
        calendar.timeZone === window.timeZone
      return isNamed ? calendar.withLimit(window.limit, window.unit) : window
    })
    if (windows.some((window, i) => window !== this.own[i])) return new WindowsByLimit(windows)
    throw wrongOption('calendar', 'one of the same period and time zone as a window of the limiter', calendar)
  }

  #check(limit: unknown): readonly number[] {
    if (Array.isArray(limit) && limit.length === this.own.length) {
      return Array.from(limit, (each: unknown, i) => checkInteger(`limit[${i}]`, each, 0))
    }
    if (this.own.length === 1) return [checkInteger('limit', limit, 0)]
    throw wrongOption('limit', `an array of ${this.own.length} limits, one for each window`, limit)
  }
}

function withLimit(window: Window, limit: number): Window {
  return isCalendarLimit(window) ? window.withLimit(limit) : { ...window, limit }
}
