import type { Window } from '../contract/windows.ts'
import { OptionError } from '../errors.ts'
import { checkInteger, describeValue } from './check.ts'
import type { Cost } from './cost.ts'

/**
 * What one call may say for itself.
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
   * This call's own limit, say of the caller's plan: an integer from 0 to 2^53-1; with several windows, one for each in
   * their order. The counter stays the same one. Default: the limiter's.
   */
  readonly limit?: number | readonly number[] | undefined
  /** Aborting rejects the call with the signal's reason. What was already sent may still be charged. */
  readonly signal?: AbortSignal | undefined
}

export const LIMIT_OPTIONS: readonly string[] = ['cost', 'limit', 'signal']

/** @throws {OptionError} for an identifier that is not a string, is empty, or is not well-formed UTF-16. Its value is not shown. */
export function checkId(id: unknown): asserts id is string {
  if (typeof id !== 'string')
    throw new OptionError('id', 'a string', id === null ? 'null' : `a value of type ${typeof id}`)
  if (id === '') throw new OptionError('id', 'a non-empty string', 'an empty one')
  if (!id.isWellFormed()) throw new OptionError('id', 'well-formed UTF-16', 'a string with a lone surrogate')
}

/** @throws {OptionError} for what is no AbortSignal. */
export function parseSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined
  const candidate = signal as Partial<AbortSignal> | null
  const methods = [candidate?.addEventListener, candidate?.removeEventListener, candidate?.throwIfAborted]
  const isComplete = methods.every((method) => typeof method === 'function')
  if (isComplete && typeof candidate?.aborted === 'boolean') return signal as AbortSignal
  throw new OptionError('signal', 'an AbortSignal', describeValue(signal))
}

const REMEMBERED = 64

/**
 * The limiter's windows under the limits of its callers' plans. The same limits give the same array, so that equal calls are
 * told by comparing references.
 */
export class WindowsByLimit {
  readonly own: readonly Window[]
  readonly #byLimits: Map<string, readonly Window[]> = new Map()
  readonly #shares: WeakMap<readonly Window[], readonly Window[]> = new WeakMap()

  constructor(own: readonly Window[]) {
    this.own = own
  }

  /** @throws {OptionError} for a limit that is no integer from 0, or of which there are not as many as windows. */
  parse(limit: number | readonly number[] | undefined): readonly Window[] {
    if (limit === undefined) return this.own
    const limits = this.#check(limit)
    const key = limits.join()
    let windows = this.#byLimits.get(key)
    if (windows === undefined) {
      windows = this.own.map((window, i) => ({ ...window, limit: limits[i] as number }))
      if (this.#byLimits.size >= REMEMBERED) this.#byLimits.clear()
      this.#byLimits.set(key, windows)
    }
    return windows
  }

  /** The windows under a share of their limits, rounded down. */
  shareOf(windows: readonly Window[], share: number): readonly Window[] {
    if (share === 1) return windows
    let shared = this.#shares.get(windows)
    if (shared === undefined) {
      shared = windows.map((window) => ({ ...window, limit: Math.floor(window.limit * share) }))
      this.#shares.set(windows, shared)
    }
    return shared
  }

  #check(limit: unknown): readonly number[] {
    if (Array.isArray(limit) && limit.length === this.own.length) {
      return Array.from(limit, (each: unknown, i) => checkInteger(`limit[${i}]`, each, 0))
    }
    if (this.own.length === 1) return [checkInteger('limit', limit, 0)]
    throw new OptionError('limit', `an array of ${this.own.length} limits, one for each window`, describeValue(limit))
  }
}
