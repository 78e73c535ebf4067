import {
  type Cost,
  type Decision,
  type FixedWindow,
  type LimitOptions,
  OptionError,
  type RateLimiter,
  type Settlement,
  StoreError,
  type Window,
} from '@rl/core'
import { receiptOf, settleReceipt } from '@rl/core/receipts'
import { type Clock, machineClock } from './clock.ts'
import { type Answer, type Failure, type History, isAnswered, isAsk, type Operation } from './operation.ts'

/**
 * Writes down what callers do. For a history over several processes, each records its own part; the parts are joined.
 *
 * @example
 * const recorder = new Recorder()
 * const limiter = recorder.record(new FixedWindowRateLimiter({ name: 'api', store, limit: 100, window: '1m' }))
 * await limiter.limit('user_123')
 * checkHistory(recorder.history())
 */
export class Recorder {
  readonly #clock: Clock
  readonly #ahead: History['ahead']
  readonly #operations: Operation[] = []
  #windows: History['windows'] = []
  #pending = 0
  #longestMs = 0
  #answered = 0

  constructor(options: { readonly clock?: Clock; readonly ahead?: History['ahead'] } = {}) {
    this.#clock = options.clock ?? machineClock
    this.#ahead = options.ahead
  }

  /** The limiter, recorded: one without calendars and named units. Several may be, if their policies are the same. */
  record(limiter: RateLimiter): RecordedLimiter {
    this.#windows = limiter.windows.map(fixed)
    return new RecordedLimiter(limiter, this)
  }

  /** Calls that have not settled. */
  get pending(): number {
    return this.#pending
  }

  /** The longest that any call took to settle, in milliseconds. */
  get longestMs(): number {
    return this.#longestMs
  }

  /** Calls that a counter in the store answered. */
  get answered(): number {
    return this.#answered
  }

  add(operation: Operation): void {
    this.#operations.push(operation)
    if (isAsk(operation) && isAnswered(operation) && operation.result.source === 'store') this.#answered++
  }

  history(): History {
    return { windows: this.#windows, operations: this.#operations, ahead: this.#ahead }
  }

  /** Makes a call, and writes down when it was and what `describe` says of its outcome. */
  async run<T>(
    call: () => Promise<T>,
    describe: (outcome: T | Failure, times: Times) => Operation,
  ): Promise<T | Failure> {
    const invoked = this.#clock()
    this.#pending++
    let outcome: T | Failure
    try {
      outcome = await call()
    } catch (error) {
      if (error instanceof OptionError) throw error // nothing was done
      outcome = error instanceof StoreError ? error.outcome : 'unknown'
    } finally {
      this.#pending--
    }
    const returned = this.#clock()
    this.#longestMs = Math.max(this.#longestMs, returned - invoked)
    this.add(describe(outcome, { invoked, returned }))
    return outcome
  }
}

interface Times {
  readonly invoked: number
  readonly returned: number
}

/** How often a receipt is sent again. */
const MOST_TRIES = 20

/** A limiter whose calls are written down. They do not reject: a call without an answer gives nothing, or `false`. */
export class RecordedLimiter {
  readonly #limiter: RateLimiter
  readonly #recorder: Recorder
  readonly #limits: readonly number[]

  constructor(limiter: RateLimiter, recorder: Recorder) {
    this.#limiter = limiter
    this.#recorder = recorder
    this.#limits = limiter.windows.map(({ limit }) => limit)
  }

  limit(id: string, options: LimitOptions = {}): Promise<Decision | undefined> {
    return this.#ask('limit', id, options)
  }

  peek(id: string, options: LimitOptions = {}): Promise<Decision | undefined> {
    return this.#ask('peek', id, options)
  }

  /** @param decision One that came from a counter, and was not refunded before. */
  async refund(decision: Decision): Promise<boolean> {
    if (decision.source === 'failure-policy') return false
    const { id } = decision
    const cost = unitsOf(decision.cost)
    const resetAts = decision.windows.map(({ resetAt }) => resetAt)
    const outcome = await this.#recorder.run(
      () => this.#limiter.refund(decision),
      (outcome, times) => ({ kind: 'refund', id, cost, resetAts, ...times, result: given(outcome) }),
    )
    return outcome === true
  }

  /** @param decision An admitted one that came from a counter, and was not refunded or settled before. */
  settle(decision: Decision, actual: number): Promise<boolean> {
    return this.#settle(decision, actual, () => this.#limiter.settle(decision, actual))
  }

  /** The same by a receipt, which is sent again until its outcome is known. */
  settleByReceipt(decision: Decision, actual: number): Promise<boolean> {
    const receipt = receiptOf(this.#limiter, decision)
    return this.#settle(decision, actual, async () => {
      let mayHaveRun: unknown
      for (let tries = 0; ; tries++) {
        try {
          const settlement = await settleReceipt(this.#limiter, receipt, actual)
          // An earlier try may have run before the windows ended.
          if (mayHaveRun !== undefined && !wasOpen(settlement)) throw mayHaveRun
          return settlement
        } catch (error) {
          if (!(error instanceof StoreError)) throw error
          if (error.outcome === 'unknown') mayHaveRun = error
          if (tries === MOST_TRIES) throw mayHaveRun ?? error
        }
      }
    })
  }

  async reset(id: string): Promise<boolean> {
    const outcome = await this.#recorder.run(
      async () => void (await this.#limiter.reset(id)),
      (outcome, times) => ({ kind: 'reset', id, ...times, result: outcome ?? 'done' }),
    )
    return outcome === undefined
  }

  async #settle(decision: Decision, actual: number, settle: () => Promise<Settlement>): Promise<boolean> {
    if (decision.source === 'failure-policy') return false
    const { id } = decision
    const change = actual - unitsOf(decision.cost)
    const resetAts = decision.windows.map(({ resetAt }) => resetAt)
    const outcome = await this.#recorder.run(settle, (outcome, times) => ({
      ...{ kind: 'settle', id, change, resetAts, ...times },
      result: typeof outcome === 'string' ? outcome : wasOpen(outcome) ? 'settled' : 'nothing',
    }))
    return typeof outcome === 'object'
  }

  async #ask(kind: 'limit' | 'peek', id: string, options: LimitOptions): Promise<Decision | undefined> {
    const { limit = this.#limits } = options
    const cost = unitsOf(options.cost ?? 1)
    const limits = typeof limit === 'number' ? [limit] : limit
    const outcome = await this.#recorder.run(
      () => this.#limiter[kind](id, options),
      (outcome, times) => ({ kind, id, cost, limits, ...times, result: resultOf(outcome) }),
    )
    return typeof outcome === 'object' ? outcome : undefined
  }
}

function given(outcome: boolean | Failure): 'given' | 'nothing' | Failure {
  if (typeof outcome === 'string') return outcome
  return outcome ? 'given' : 'nothing'
}

function wasOpen({ windows }: Settlement): boolean {
  return windows.some(({ state }) => state === 'settled')
}

function resultOf(outcome: Decision | Failure): Answer | Failure {
  if (typeof outcome === 'string') return outcome
  if (outcome.source === 'failure-policy') return outcome.error.outcome
  const { allowed, source, windows } = outcome
  // Then the main store's effect is not known.
  return source === 'fallback' ? 'unknown' : { allowed, source, windows }
}

function fixed(window: Window): FixedWindow {
  if (window.anchor === 'calendar') throw new Error('calendar windows are not recorded')
  return window
}

function unitsOf(cost: Cost): number {
  if (typeof cost !== 'number') throw new Error('costs with named units are not recorded')
  return cost
}
