import { OptionError, StoreError } from '../errors.ts'
import { checkFunction, checkInteger, describeValue, ownOptions } from '../options/check.ts'
import { runtime } from './runtime.ts'
import type { BreakerChange, StoreWatcher } from './watch.ts'

/**
 * When to stop asking a store that does not answer, so that a dead store does not cost every call its deadline. A store has one
 * breaker, whichever limiters use it.
 *
 * @example { failures: 3, probeAfterMs: 1000, onChange: ({ store, state }) => console.warn(store, state) }
 */
export interface BreakerOptions {
  /** Opens after this many failed commands in a row: an integer from 1. Default 5. */
  readonly failures?: number | undefined
  /**
   * How often, in milliseconds, one call is still sent while the breaker is open: an integer from 1 to 2^31-1. The first answer
   * closes the breaker. Default 200.
   */
  readonly probeAfterMs?: number | undefined
  /** Called on each change. Call no limiter from here. Its errors are ignored. */
  readonly onChange?: ((change: BreakerChange) => void) | undefined
}

/** The options, checked and with their defaults. `failures` is Infinity where the breaker is switched off. */
export type BreakerSettings = { readonly [Name in keyof BreakerOptions]-?: NonNullable<BreakerOptions[Name]> }

const KNOWN = ['failures', 'probeAfterMs', 'onChange'] as const

/**
 * @returns undefined if the limiter names no settings.
 * @throws {OptionError} naming the setting that is wrong.
 */
export function parseBreaker(value: boolean | BreakerOptions | undefined): BreakerSettings | undefined {
  if (value === undefined) return undefined
  const options = ownOptions('breaker', typeof value === 'boolean' ? {} : value, KNOWN)
  const { failures = 5, probeAfterMs = 200, onChange = ignore } = options
  return {
    failures: value === false ? Number.POSITIVE_INFINITY : checkInteger('breaker.failures', failures, 1),
    probeAfterMs: checkInteger('breaker.probeAfterMs', probeAfterMs, 1, 2 ** 31 - 1),
    onChange: checkFunction('breaker.onChange', onChange),
  }
}

/** Counts how often in a row a store failed. */
export class Breaker {
  /** The store's label. */
  readonly store: string
  #settings: BreakerSettings = parseBreaker(true) as BreakerSettings
  /** A limiter has named settings. */
  #isConfigured = false
  #failuresInRow = 0
  /** The error that opened it. */
  #cause: StoreError | undefined
  #openedAt = 0
  #probeAt = 0
  /** The longest deadline in use on the store, in milliseconds: a command counts as failed only past it. */
  longestDeadlineMs = 1
  /** Follows all dispatchers of the store, while the store is observed. */
  watcher: StoreWatcher | undefined

  constructor(store: string) {
    this.store = store
  }

  /**
   * The first limiter that names settings decides.
   *
   * @throws {OptionError} for other settings later.
   */
  configure(settings: BreakerSettings | undefined): void {
    if (settings === undefined) return
    if (!this.#isConfigured) this.#settings = settings
    this.#isConfigured = true
    if (KNOWN.every((name) => settings[name] === this.#settings[name])) return
    throw new OptionError(
      'breaker',
      'the same for all limiters of a store, with the same function onChange',
      `other settings than an earlier limiter of ${describeValue(this.store)}`,
    )
  }

  get isOpen(): boolean {
    return this.#cause !== undefined
  }

  /** As observers see it. */
  get standing(): BreakerChange {
    return { store: this.store, state: this.isOpen ? 'open' : 'closed', error: this.#cause }
  }

  /** Why the store is not to be asked now. While open, one call in each `probeAfterMs` may ask all the same. */
  refusal(): StoreError | undefined {
    if (this.#cause === undefined) return undefined
    const now = runtime.now()
    if (now >= this.#probeAt) {
      this.#probeAt = now + this.#settings.probeAfterMs
      return undefined
    }
    const openMs = Math.max(0, Math.round(now - this.#openedAt))
    const message = `the store was not asked, as it has not answered for ${openMs} ms (${this.#cause.message})`
    return new StoreError(message, { outcome: 'not-executed', cause: this.#cause })
  }

  /** The store answered. */
  succeeded(): void {
    this.#failuresInRow = 0
    if (this.#cause !== undefined) this.#change(undefined)
  }

  /** @returns whether this opened it. */
  failed(error: StoreError): boolean {
    if (++this.#failuresInRow < this.#settings.failures || this.#cause !== undefined) return false
    this.#openedAt = runtime.now()
    this.#probeAt = this.#openedAt + this.#settings.probeAfterMs
    this.#change(error)
    return true
  }

  /** A limiter must not fail because its observer does, nor the process because an observer rejects. */
  #change(cause: StoreError | undefined): void {
    this.#cause = cause
    const change = this.standing
    this.watcher?.changed(change)
    const notified = async (): Promise<unknown> => this.#settings.onChange(change)
    notified().catch(ignore)
  }
}

function ignore(): void {}
