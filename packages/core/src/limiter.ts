import type { AdjustReply } from './contract/replies.ts'
import type { Window } from './contract/windows.ts'
import { type Askers, askersOf } from './decision/askers.ts'
import { changeCharge, changesOfRefund, checkTookUnits, countedBy } from './decision/charge.ts'
import type { CountedDecision } from './decision/counted.ts'
import type { FastPath } from './decision/fast-path.ts'
import { Requests } from './decision/requests.ts'
import { resetCounters } from './decision/reset.ts'
import { type Settlement, settlementOf } from './decision/settlement.ts'
import type { Decision } from './decision/types.ts'
import type { CallWatcher } from './decision/watch.ts'
import { type DecisionUnder, type LimiterOptions, parseOptions } from './limiter-options.ts'
import { ownOptions } from './options/check.ts'
import type { Cost } from './options/cost.ts'
import { checkId, type LimitOptions, parseSignal } from './options/limit-options.ts'
import type { OnStoreError } from './options/store.ts'
import type { RateLimiter, RefundOptions } from './rate-limiter.ts'

/** The parts of a limiter, for the features of this package that are imported apart. */
export interface LimiterParts {
  readonly requests: Requests
  readonly askers: Askers
  readonly fastPaths: readonly FastPath[]
  /** Sets who follows its calls from now on, if anybody. */
  watch(watcher: CallWatcher | undefined): void
}

/** @throws {TypeError} for what is no limiter of this copy of the package. */
export let partsOf: (limiter: FixedWindowRateLimiter<OnStoreError>) => LimiterParts

/**
 * A fixed-window rate limiter. All limiters with the same name and windows on the same storage, in whatever process, share
 * one counter per identifier and window, and together never admit more than the limit.
 *
 * @example
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), limit: 100, window: '1m' })
 * const decision = await limiter.limit('user_123')
 * if (!decision.allowed) console.log(`retry in ${decision.retryAfterMs} ms`)
 */
export class FixedWindowRateLimiter<Policy extends OnStoreError = 'throw'> implements RateLimiter {
  /** The policy's name. */
  readonly name: string
  /** The store's label, see `Capabilities.label`. Here for consoles, as the name and the windows are. */
  readonly store: string
  /** The windows, in the order of the options, under the limiter's own limits. */
  readonly windows: readonly Window[]
  readonly #requests: Requests
  readonly #fastPaths: readonly FastPath[]
  readonly #askers: Askers
  /** Follows its calls, while it is observed. */
  #watcher: CallWatcher | undefined

  static {
    partsOf = (limiter) => ({
      askers: limiter.#askers,
      requests: limiter.#requests,
      fastPaths: limiter.#fastPaths,
      watch: (watcher) => {
        limiter.#watcher = watcher
      },
    })
  }

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(options: LimiterOptions<Policy>) {
    const settings = parseOptions(options)
    const { windows, name } = settings
    this.name = name
    this.store = settings.store.capabilities?.label ?? 'store'
    this.windows = windows
    this.#requests = new Requests(this, windows)
    this.#fastPaths = settings.fastPaths.map((make) => make({ scope: name }))
    this.#askers = askersOf({ ...settings, fastPaths: this.#fastPaths }, this.#requests.windows)
  }

  /**
   * Takes `cost` units (default 1) from every window, or from none.
   *
   * @example const decision = await limiter.limit('user_123', { cost: 5 })
   * @param id Whom the limit is for: a non-empty, well-formed string. Any characters are fine, and `é` in its composed and
   *   decomposed forms are two identifiers.
   * @throws {OptionError} for a bad identifier or option; nothing was sent.
   * @throws {StoreError} when the store could not answer within `deadlineMs` and `onStoreError` is `'throw'`.
   */
  limit(id: string, options?: LimitOptions): Promise<DecisionUnder<Policy>> {
    return this.#ask(id, options, false)
  }

  /**
   * Whether {@link limit} admits the call: the short form. With `onStoreError: 'allow'`, a failing store reads as `true`.
   *
   * @example if (!(await limiter.isAllowed('user_123'))) response = new Response(null, { status: 429 })
   * @throws {OptionError} and {StoreError} as {@link limit} does.
   */
  async isAllowed(id: string, options?: LimitOptions): Promise<boolean> {
    return (await this.#ask(id, options, false)).allowed
  }

  /**
   * The answer that {@link limit} would give at this moment. Takes nothing: `remaining` does not count this call.
   *
   * @example const { remaining } = await limiter.peek('user_123')
   * @throws {OptionError} and {StoreError} as {@link limit} does.
   */
  peek(id: string, options?: LimitOptions): Promise<DecisionUnder<Policy>> {
    return this.#ask(id, options, true)
  }

  /**
   * Gives the units of an admitted decision back, to those of its windows that are still open. A decision can be refunded
   * in parts, but never beyond what it took; denied, peeked and fully refunded ones have nothing to give back.
   *
   * @example
   * const decision = await limiter.limit('user_123', { cost: 5 })
   * console.log(await limiter.refund(decision, { cost: 2 })) // prints true
   * @returns whether any window got units back.
   * @throws {OptionError} for a decision that this limiter did not return (a copy or another limiter's), or a `cost` above
   *   what is left of it.
   * @throws {StoreError} when the store could not answer. Only with `outcome: 'not-executed'` can the refund be repeated.
   */
  async refund(decision: Decision, given: RefundOptions = {}): Promise<boolean> {
    const options = ownOptions('options', given, ['cost', 'signal'])
    const counted = countedBy(this, decision)
    if (counted === undefined) return false
    const { costs } = this.#requests
    const units = options.cost === undefined ? undefined : costs.parse(options.cost)
    return counted.inTurn(async () => {
      const signal = parseSignal(options.signal)
      const changes = changesOfRefund(counted.charged, units)
      if (changes.every((change) => change === 0)) return false
      const reply = await this.#changeCharge(counted, changes, signal)
      return reply.windows.some((window) => window !== 'ended' && window.applied < 0)
    })
  }

  /**
   * Sets what an admitted decision cost, once that is known: the rest of its units goes back, or more are charged, past the limit
   * if need be, so that later calls find less. Only the decision's own windows change, and only while they are open. Until it is
   * settled, what `limit` took stays charged. Settlements and refunds of one decision run one after the other.
   *
   * @example
   * const windows = [{ unit: 'requests', limit: 60, window: '1m' }, { unit: 'tokens', limit: 100_000, window: '1m' }] as const
   * const limiter = new FixedWindowRateLimiter({ name: 'llm', store, windows })
   * const decision = await limiter.limit('tenant_7', { cost: { requests: 1, tokens: 4000 } })
   * const settlement = await limiter.settle(decision, { tokens: 812 })
   * @param actual Units in all, not the difference: an integer from 0 to 2^53-1, or an object of units; those left out stay.
   * @returns what became of each window. None where the store had failed and `onStoreError` decided: nothing was charged.
   * @throws {OptionError} for a decision that this limiter did not return (a copy or another limiter's), or that took nothing:
   *   denied, peeked, or of cost 0.
   * @throws {StoreError} when the store could not answer. With `outcome: 'unknown'` a repeat may charge more a second time, but
   *   never gives back what is not charged; a receipt takes effect exactly once.
   */
  async settle(
    decision: Decision,
    actual: Cost,
    given: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Settlement> {
    const options = ownOptions('options', given, ['signal'])
    const counted = countedBy(this, decision)
    const { costs } = this.#requests
    costs.parse(actual, 'actual', costs.zeros)
    if (counted === undefined) return { windows: [] }
    checkTookUnits(counted)
    return counted.inTurn(async () => {
      const { charged } = counted
      const units = costs.parse(actual, 'actual', charged)
      const changes = units.map((each, i) => each - (charged[i] as number))
      const reply = await this.#changeCharge(counted, changes, parseSignal(options.signal))
      return settlementOf(counted.windows, units, reply)
    })
  }

  /**
   * Forgets the identifier: its windows start anew, also in a fallback store.
   *
   * @example await limiter.reset('user_123')
   * @throws {OptionError} for a bad identifier.
   * @throws {StoreError} when a store could not answer.
   */
  async reset(id: string, given: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const options = ownOptions('options', given, ['signal'])
    const signal = parseSignal(options.signal)
    checkId(id)
    const clear = { kind: 'clear', scope: this.name, id, windows: this.windows } as const
    await resetCounters(clear, this.#askers, this.#fastPaths, signal)
  }

  /**
   * Sends at once what waits, waits until everything asked before is answered or failed (also what other limiters of the same
   * store asked), and gives the units back that a lease holds. Then the store's client can be closed without failing calls. Calls
   * made later are served as always and not waited for.
   *
   * @example
   * await limiter.drain()
   * await redis.quit()
   */
  async drain(): Promise<void> {
    const { primary, fallback } = this.#askers
    await primary.settled()
    await fallback?.settled() // what the store failed is asked of the fallback by now
    const held = this.#fastPaths.flatMap((path) => path.giveBack())
    // Units that can't be given back stay charged until their window ends, as without drain.
    await Promise.allSettled(held.map((adjustment) => primary.adjust(adjustment, undefined)))
  }

  #ask(id: string, options: LimitOptions | undefined, isPeek: boolean): Promise<DecisionUnder<Policy>> {
    const watcher = this.#watcher
    if (watcher === undefined) return this.#answer(id, options, isPeek)
    // No arrow function: each call would pay for the variables that it closes over, watched or not.
    return watcher.call(id, isPeek, this.#answer.bind(this, id, options, isPeek))
  }

  #answer(id: string, options: LimitOptions | undefined, isPeek: boolean): Promise<DecisionUnder<Policy>> {
    try {
      const { request, signal } = this.#requests.of(id, options, isPeek)
      return this.#askers.primary.ask(id, request, signal) as Promise<DecisionUnder<Policy>>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #changeCharge(counted: CountedDecision, changes: readonly number[], signal?: AbortSignal): Promise<AdjustReply> {
    const { primary, fallback } = this.#askers
    const asker = (counted.source === 'fallback' && fallback) || primary
    return changeCharge(counted, changes, this.windows, asker, this.#fastPaths, signal)
  }
}
