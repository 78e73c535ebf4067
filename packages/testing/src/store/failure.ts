import { type Duration, type Operation, StoreError, type StoreOutcome } from '@rl/core'
import { checkFunction, checkInteger, checkOneOf, ownOptions, parseDuration, wrongOption } from '@rl/core/check'

/**
 * Which calls fail, when, and how. Without any option, all fail from now on.
 *
 * Limiters' calls of one turn of the event loop share a call of the store. Those that a test makes one after the other do not.
 *
 * @example { calls: 2, outcome: 'unknown' }
 * @example { after: 10, during: '30s', only: ({ kind }) => kind === 'adjust' }
 */
export interface FailOptions {
  /** How many calls fail: an integer from 1. Default: all, until it is ended. */
  readonly calls?: number | undefined
  /** How many calls are answered before that: an integer from 0. Default 0. */
  readonly after?: number | undefined
  /** For how long, by the store's clock, from now on: milliseconds, or a duration such as `'30s'`. Default: until it is ended. */
  readonly during?: Duration | undefined
  /** Fails, and counts, only these operations; their neighbours are answered. Default: whole calls fail, as if the store were away. */
  readonly only?: ((operation: Operation) => boolean) | undefined
  /** The `StoreError`'s own: nothing ran, or nobody can tell. Default `'not-executed'`. */
  readonly outcome?: StoreOutcome | undefined
  /** An error in place of the `StoreError`, such as your client's. */
  readonly error?: Error | undefined
  /** The call takes effect, and only its answer is lost. With outcome `'unknown'` or an `error` of your own. Default `false`. */
  readonly runs?: boolean | undefined
}

const KNOWN = ['calls', 'after', 'during', 'only', 'outcome', 'error', 'runs'] as const

/**
 * The error of a store that a test lets fail.
 *
 * @throws {OptionError} for another outcome.
 */
export function failed(outcome: StoreOutcome): StoreError {
  checkOneOf('outcome', outcome, ['not-executed', 'unknown'])
  return new StoreError('the store failed, as the test says', { outcome })
}

/** Calls that are to fail. */
export class Failure {
  readonly error: Error
  readonly runs: boolean
  readonly only: ((operation: Operation) => boolean) | undefined
  #after: number
  #calls: number
  readonly #until: number

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(given: FailOptions, now: number) {
    const options = ownOptions('options', given, KNOWN)
    const { calls, after = 0, during, only, outcome = 'not-executed', error, runs = false } = options
    this.#calls = calls === undefined ? Number.POSITIVE_INFINITY : checkInteger('calls', calls, 1)
    this.#after = checkInteger('after', after, 0)
    this.#until = during === undefined ? Number.POSITIVE_INFINITY : now + parseDuration('during', during)
    this.only = only === undefined ? undefined : checkFunction('only', only)
    this.runs = checkOneOf('runs', runs, [true, false])
    if (error !== undefined && !(error instanceof Error)) throw wrongOption('error', 'an Error', error)
    this.error = error ?? failed(outcome)
    const isProof = this.error instanceof StoreError && this.error.outcome === 'not-executed'
    if (this.runs && isProof) throw wrongOption('runs', "false beside outcome 'not-executed'", runs)
  }

  /** Whether it is over by the clock, or by how many have failed. */
  isOver(now: number): boolean {
    return this.#calls === 0 || now >= this.#until
  }

  /** Whether this call is one of those to fail. Counts it. */
  strikes(operations: readonly Operation[]): boolean {
    if (this.only !== undefined && !operations.some(this.only)) return false
    if (this.#after > 0) {
      this.#after--
      return false
    }
    this.#calls--
    return true
  }
}
