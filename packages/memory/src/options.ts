import { checkFunction, checkInteger, checkOneOf, ownOptions } from '@rl/core/check'

/**
 * Options of a `MemoryStore`.
 *
 * @example new MemoryStore({ maxKeys: 100_000, whenFull: 'evict' })
 */
export interface MemoryStoreOptions {
  /**
   * Most keys held at once: an integer from 1 to 2^53-1. A key is an identifier of a limiter, with the counters of all its
   * windows, or the token of an adjustment. Default 1 000 000.
   */
  readonly maxKeys?: number | undefined
  /**
   * The fate of a call that needs a new key when all `maxKeys` are identifiers at a limit in an open window, or tokens:
   * - `'reject'` (default): the call fails with a `StoreError` (`'not-executed'`), and the limiter's `onStoreError` decides;
   * - `'evict'`: an identifier whose window ends soon is forgotten, so it is admitted again too early. The call fails only if
   *   there are only tokens.
   */
  readonly whenFull?: 'reject' | 'evict' | undefined
  /**
   * The clock: returns milliseconds since the epoch, an integer from 0 to 2^53-1, never less than before. A call for which it
   * returns anything else fails with a `StoreError` (`'not-executed'`). Default: `Date.now`, looked up at each call, so that fake
   * timers work; it may be turned back, and counters stay.
   */
  readonly now?: (() => number) | undefined
}

export interface Settings {
  readonly maxKeys: number
  readonly whenFull: 'reject' | 'evict'
  readonly now: (() => number) | undefined
}

/** @throws {OptionError} naming the option that is wrong. */
export function parseOptions(options: MemoryStoreOptions): Settings {
  const {
    maxKeys = 1_000_000,
    whenFull = 'reject',
    now,
  } = ownOptions('options', options, ['maxKeys', 'whenFull', 'now'])
  return {
    maxKeys: checkInteger('maxKeys', maxKeys, 1),
    whenFull: checkOneOf('whenFull', whenFull, ['reject', 'evict']),
    now: now === undefined ? undefined : checkFunction('now', now),
  }
}
