import { checkInteger, checkSwitch, show } from './check.ts'
import { OptionError, StoreError } from './errors.ts'

/** A change that people may want to be alerted to. */
export interface BreakerChange {
  /** The limiter's name. */
  readonly name: string
  /** Which of the limiter's stores. */
  readonly store: 'store' | 'fallback'
  /** `'open'`: calls go without the store. `'closed'`: the store answers again. */
  readonly state: 'open' | 'closed'
  /** Why it opened. */
  readonly error?: StoreError | undefined
}

/**
 * When to stop asking a store that does not answer, so that a dead store does not cost every call its deadline.
 *
 * @example { failures: 3, probeAfterMs: 1000, onChange: ({ name, store, state }) => console.warn(name, store, state) }
 */
export interface BreakerOptions {
  /** It opens after so many failed commands in a row: an integer from 1. Default 5. */
  readonly failures?: number | undefined
  /**
   * How often, in milliseconds, one call is still sent while it is open, to see whether the store is back: an integer from 1
   * to 2^31-1. The first answer closes it. Default 200.
   */
  readonly probeAfterMs?: number | undefined
  /** Told of each change. Call no limiter from here; what it throws or rejects with is ignored. */
  readonly onChange?: ((change: BreakerChange) => void) | undefined
}

/** The options, checked and with their defaults. */
export interface BreakerSettings {
  readonly failures: number
  readonly probeAfterMs: number
  readonly onChange: (change: BreakerChange) => void
}

/** @throws {OptionError} naming the setting that is wrong. */
export function parseBreaker(value: unknown = true): BreakerSettings | undefined {
  const options: BreakerOptions | undefined = checkSwitch('breaker', value, ['failures', 'probeAfterMs', 'onChange'])
  if (options === undefined) return undefined
  const { failures = 5, probeAfterMs = 200, onChange = ignore } = options
  if (typeof onChange !== 'function') throw new OptionError('breaker.onChange', 'a function', show(onChange))
  return {
    failures: checkInteger('breaker.failures', failures, 1),
    probeAfterMs: checkInteger('breaker.probeAfterMs', probeAfterMs, 1, 2 ** 31 - 1),
    onChange,
  }
}

/** Counts how often in a row a store failed. */
export class Breaker {
  readonly #settings: BreakerSettings
  readonly #of: Pick<BreakerChange, 'name' | 'store'>
  #failuresInRow = 0
  /** What opened it. */
  #open: StoreError | undefined
  #probeAt = 0

  constructor(settings: BreakerSettings, of: Pick<BreakerChange, 'name' | 'store'>) {
    this.#settings = settings
    this.#of = of
  }

  /** Why the store is not to be asked now. While open, one call in each `probeAfterMs` may ask all the same. */
  refusal(): StoreError | undefined {
    if (this.#open === undefined) return undefined
    const now = performance.now()
    if (now < this.#probeAt) {
      return new StoreError('the store did not answer before, and was not asked', {
        outcome: 'not-executed',
        cause: this.#open,
      })
    }
    this.#probeAt = now + this.#settings.probeAfterMs
    return undefined
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** The store answered. */
  succeeded(): void {
    this.#failuresInRow = 0
    if (this.#open === undefined) return
    this.#open = undefined
    this.#tell({ ...this.#of, state: 'closed' })
  }

  /** @returns whether this opened it. */
  failed(error: StoreError): boolean {
    if (++this.#failuresInRow < this.#settings.failures || this.#open !== undefined) return false
    this.#open = error
    this.#probeAt = performance.now() + this.#settings.probeAfterMs
    this.#tell({ ...this.#of, state: 'open', error })
    return true
  }

  /** A limiter must not fail because its observer does, nor the process because an observer rejects. */
  #tell(change: BreakerChange): void {
    const told = async (): Promise<unknown> => this.#settings.onChange(change)
    told().catch(ignore)
  }
}

function ignore(): void {}
