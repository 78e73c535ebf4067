/**
 * An option or argument is not what it must be. Nothing was sent. The message names the option and the value received,
 * except for identifiers, whose value is never shown.
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

  constructor(option: string, expected: string, received: string) {
    super(`${option} must be ${expected}, received ${received}`)
    this.name = 'OptionError'
    this.option = option
  }
}

/** Whether an operation that failed ran on the store: certainly not, or nobody can tell. */
export type StoreOutcome = 'not-executed' | 'unknown'

/**
 * The store could not answer. `cause` is the client's error, without the command it was about.
 *
 * @example
 * try {
 *   await limiter.limit('user_123')
 * } catch (error) {
 *   if (error instanceof StoreError && error.outcome === 'not-executed') console.log('nothing was charged')
 * }
 */
export class StoreError extends Error {
  /** `'not-executed'` only where it is proven that no unit was taken. */
  readonly outcome: StoreOutcome
  /** Whether the store proves that nothing ran and may let another try pass soon: those are made within the deadline. */
  readonly transient: boolean

  /** @param options.transient Only beside outcome `'not-executed'`. Default `false`. */
  constructor(message: string, options: { outcome: StoreOutcome; transient?: boolean; cause?: unknown }) {
    super(message, Object.hasOwn(options, 'cause') ? { cause: options.cause } : undefined)
    this.name = 'StoreError'
    this.outcome = options.outcome
    this.transient = options.outcome === 'not-executed' && options.transient === true
  }
}

/** Any failure of a store as a {@link StoreError}; what is none already counts as `'unknown'`. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  return new StoreError('the store failed', { outcome: 'unknown', cause: error })
}
