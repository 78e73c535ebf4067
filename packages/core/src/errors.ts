const OPTION_ERROR = Symbol.for('@rl/core/OptionError')
const STORE_ERROR = Symbol.for('@rl/core/StoreError')

/**
 * An option or argument is not what it must be. Nothing was sent. The message names the option and the value received,
 * except for identifiers, whose value is never shown.
 *
 * `instanceof` goes by a brand, so that an error of another copy of this package is recognised too.
 *
 * @example
 * try {
 *   new FixedWindowRateLimiter({ name: 'api', store, limit: Number.NaN, window: '1m' })
 * } catch (error) {
 *   if (error instanceof OptionError) console.log(error.option, error.message)
 * }
 */
export class OptionError extends TypeError {
  /** The option's name, such as `'limit'` or `'windows[1].window'`. */
  readonly option: string

  /** @param received What was given, as `describeValue` shows it. */
  constructor(option: string, expected: string, received: string) {
    super(`${option} must be ${expected}, received ${received}`)
    this.name = 'OptionError'
    this.option = option
    brand(this, OPTION_ERROR)
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: in a subclass, `this` is the subclass
    return this === OptionError ? isBranded(value, OPTION_ERROR) : super[Symbol.hasInstance](value)
  }
}

/** Whether an operation that failed ran on the store: certainly not, or nobody can tell. */
export type StoreOutcome = 'not-executed' | 'unknown'

/**
 * The store could not answer. `cause` is the client's error, without the command it was about.
 *
 * `instanceof` goes by a brand, so that an error of another copy of this package is recognised too.
 *
 * @example
 * try {
 *   await limiter.limit('user_123')
 * } catch (error) {
 *   if (error instanceof StoreError && error.outcome === 'not-executed') console.log('nothing was charged')
 * }
 */
export class StoreError extends Error {
  /** `'not-executed'` only where it is proven that nothing ran. */
  readonly outcome: StoreOutcome
  /** Whether the store proves that nothing ran and may accept another try soon: the limiter retries within the deadline. */
  readonly transient: boolean

  /** @param options.transient Only beside outcome `'not-executed'`. Default `false`. */
  constructor(message: string, options: { outcome: StoreOutcome; transient?: boolean; cause?: unknown }) {
    // Only a cause of the options' own: Error would take an inherited one.
    super(message, Object.hasOwn(options, 'cause') ? { cause: options.cause } : undefined)
    this.name = 'StoreError'
    this.outcome = options.outcome
    this.transient = options.outcome === 'not-executed' && options.transient === true
    brand(this, STORE_ERROR)
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: in a subclass, `this` is the subclass
    return this === StoreError ? isBranded(value, STORE_ERROR) : super[Symbol.hasInstance](value)
  }
}

/** Any failure of a store as a {@link StoreError}; another error counts as `'unknown'`. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  return new StoreError('the store failed', { outcome: 'unknown', cause: error })
}

function brand(error: Error, symbol: symbol): void {
  Object.defineProperty(error, symbol, { value: true })
}

function isBranded(value: unknown, symbol: symbol): boolean {
  return (value as Record<symbol, unknown> | null | undefined)?.[symbol] === true
}
