import { checkInteger, ownOptions, show } from './check.ts'
import { OptionError } from './errors.ts'
import type { Window } from './store.ts'

/**
 * What one call may say for itself.
 *
 * @example await limiter.limit('user_123', { cost: 5, limit: 1000, signal: AbortSignal.timeout(200) })
 */
export interface LimitOptions {
  /** Units to take: an integer from 0 (only reads) to 2^53-1. Default 1. More than the limit is denied and consumes nothing. */
  readonly cost?: number | undefined
  /**
   * This call's own limit, say of the caller's plan: an integer from 0 to 2^53-1; with several windows, one for each in
   * their order. The counter stays the same one. Default: the limiter's.
   */
  readonly limit?: number | readonly number[] | undefined
  /** Aborting rejects the call with the signal's reason. What was already sent may still be charged. */
  readonly signal?: AbortSignal | undefined
}

/** A call's options, checked and with their defaults. */
export interface Request {
  readonly cost: number
  readonly windows: readonly Window[]
  readonly signal: AbortSignal | undefined
}

const KNOWN = ['cost', 'limit', 'signal']

/** @throws {OptionError} naming the option that is wrong. */
export function parseRequest(options: LimitOptions, plans: Plans): Request {
  const { cost = 1, limit, signal } = ownOptions('options', options, KNOWN)
  return {
    cost: checkInteger('cost', cost, 0),
    windows: limit === undefined ? plans.own : plans.windowsFor(limit),
    signal: parseSignal(signal),
  }
}

export function parseSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined
  const candidate = signal as Partial<AbortSignal> | null
  // Half of one would keep its callers, and those they share a command with, waiting for good.
  const complete = [candidate?.addEventListener, candidate?.removeEventListener, candidate?.throwIfAborted].every(
    (method) => typeof method === 'function',
  )
  if (complete && typeof candidate?.aborted === 'boolean') return signal as AbortSignal
  throw new OptionError('signal', 'an AbortSignal', show(signal))
}

const REMEMBERED = 64

/**
 * The limiter's windows under the limits of its callers' plans. Calls under the same limits get the same array, so that
 * they can be told to be alike by comparing references.
 */
export class Plans {
  readonly own: readonly Window[]
  readonly #byLimits = new Map<string, readonly Window[]>()
  readonly #shared = new WeakMap<readonly Window[], readonly Window[]>()

  constructor(own: readonly Window[]) {
    this.own = own
  }

  windowsFor(limit: unknown): readonly Window[] {
    const limits = this.#check(limit)
    const key = limits.join()
    let windows = this.#byLimits.get(key)
    if (windows === undefined) {
      windows = this.own.map((window, i) => ({ ...window, limit: limits[i] ?? window.limit }))
      if (this.#byLimits.size >= REMEMBERED) this.#byLimits.clear()
      this.#byLimits.set(key, windows)
    }
    return windows
  }

  /** The windows under a share of their limits: the same array for the same windows. */
  shareOf(windows: readonly Window[], share: number): readonly Window[] {
    if (share === 1) return windows
    let shared = this.#shared.get(windows)
    if (shared === undefined) {
      shared = windows.map((window) => ({ ...window, limit: Math.floor(window.limit * share) }))
      this.#shared.set(windows, shared)
    }
    return shared
  }

  #check(limit: unknown): readonly number[] {
    if (typeof limit === 'number' && this.own.length === 1) return [checkInteger('limit', limit, 0)]
    if (Array.isArray(limit) && limit.length === this.own.length) {
      return Array.from(limit, (each: unknown, i) => checkInteger(`limit[${i}]`, each, 0))
    }
    if (this.own.length === 1) return [checkInteger('limit', limit, 0)]
    throw new OptionError('limit', `an array of ${this.own.length} limits, one for each window`, show(limit))
  }
}
