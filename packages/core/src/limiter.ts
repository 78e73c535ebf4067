import { Batcher } from './batch.ts'
import { Breaker } from './breaker.ts'
import { waitUnlessAborted } from './call.ts'
import { checkInteger, ownOptions, show } from './check.ts'
import { command } from './command.ts'
import { CountedDecision } from './counted.ts'
import { type Answerer, decide, type Question } from './decide.ts'
import type { Decision } from './decision.ts'
import { OptionError, StoreError, toStoreError } from './errors.ts'
import { type FailurePolicy, failurePolicy, rejectAll } from './failure-policy.ts'
import { Group } from './group.ts'
import { onePerTurn, requestsAreIsolated } from './isolation.ts'
import { counterKey, keyPrefix } from './key.ts'
import { LocalAnswers } from './local/answers.ts'
import { type DecisionUnder, type LimiterOptions, type OnStoreError, parseOptions, type Settings } from './options.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { checkRefundReply, checkTakeReply } from './reply.ts'
import { type LimitOptions, Plans, parseRequest, parseSignal, type Request } from './request.ts'
import type { CounterStore, Take, TakeReply, Window } from './store.ts'

/**
 * What `refund` may be told.
 *
 * @example await limiter.refund(decision, { cost: 2 })
 */
export interface RefundOptions {
  /** Units to give back: an integer from 0 to what the decision took and was not given back yet. Default: all of that. */
  readonly cost?: number | undefined
  /** Aborting rejects the call with the signal's reason. What was already sent may still be given back. */
  readonly signal?: AbortSignal | undefined
}

interface Fallback {
  readonly store: CounterStore
  readonly breaker: Breaker | undefined
  readonly batcher: () => Batcher
}

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
  readonly #settings: Settings
  readonly #keyPrefix: string
  readonly #plans: Plans
  readonly #plainRequest: Request
  readonly #local: LocalAnswers | undefined
  readonly #byStore: Answerer
  readonly #takeNow: ((take: Take) => TakeReply | Error) | undefined
  readonly #batcher: () => Batcher
  readonly #breaker: Breaker | undefined
  readonly #policy: FailurePolicy
  readonly #fallback: Fallback | undefined

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(options: LimiterOptions<Policy>) {
    const settings = parseOptions(options)
    this.#settings = settings
    this.#keyPrefix = keyPrefix(settings.name)
    this.#plans = new Plans(settings.windows)
    this.#plainRequest = { cost: 1, windows: settings.windows, signal: undefined }
    const { lease, denyCache } = settings
    if (lease !== undefined || denyCache !== undefined) this.#local = new LocalAnswers(lease, denyCache, this)
    const { store } = settings
    this.#byStore = { owner: this, source: 'store' }
    if (store.takeNow !== undefined && this.#local === undefined) this.#takeNow = store.takeNow.bind(store)
    this.#breaker = this.#breakerFor('store')
    this.#policy = failurePolicy(settings, (call, windows, cost) => {
      const share = this.#plans.shareOf(windows, settings.fallbackShare)
      this.#fallback?.batcher().add(call, share, cost)
    })
    this.#batcher = this.#batchersFor(store, 'store', this.#breaker, this.#policy)
    if (typeof settings.onStoreError === 'object') {
      const breaker = this.#breakerFor('fallback')
      const batcher = this.#batchersFor(settings.onStoreError, 'fallback', breaker, rejectAll)
      this.#fallback = { store: settings.onStoreError, breaker, batcher }
    }
  }

  /** The policy's name. */
  get name(): string {
    return this.#settings.name
  }

  /** The windows, in the order of the options, under the limiter's own limits. */
  get windows(): readonly Window[] {
    return this.#settings.windows
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
   * @example if (!(await limiter.isAllowed('user_123'))) return new Response(null, { status: 429 })
   * @throws {OptionError} and {StoreError} as {@link limit} does.
   */
  async isAllowed(id: string, options?: LimitOptions): Promise<boolean> {
    return (await this.#ask(id, options, false)).allowed
  }

  /**
   * What {@link limit} would answer at this moment. Takes nothing: `remaining` does not count this call.
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
   * @example if (jobFailed) await limiter.refund(decision)
   * @returns whether any window got units back.
   * @throws {OptionError} for a decision that this limiter did not return (a copy or another limiter's), or a `cost` above
   *   what is left of it.
   * @throws {StoreError} when the store could not answer. Only with `outcome: 'not-executed'` can the refund be repeated.
   */
  async refund(decision: Decision, given: RefundOptions = {}): Promise<boolean> {
    const options = ownOptions('options', given, ['cost', 'signal'])
    if (decision?.source === 'failure-policy') return false
    const counted = CountedDecision.of(this, decision)
    if (counted === undefined)
      throw new OptionError(
        'decision',
        'one that this limiter returned',
        typeof decision === 'string' ? 'a string' : show(decision),
      )
    const { cost: asked = counted.refundable } = options
    const cost = checkInteger('cost', asked, 0, counted.refundable)
    const signal = parseSignal(options.signal)
    signal?.throwIfAborted()
    if (cost === 0) return false

    const { deadlineMs } = this.#settings
    const primary = { store: this.#settings.store, breaker: this.#breaker }
    const { store, breaker } = (counted.source === 'fallback' && this.#fallback) || primary
    const windows = this.windows.map(({ windowMs, anchor }, i) => ({
      windowMs,
      anchor,
      resetAt: counted.windows[i]?.resetAt ?? 0,
    }))
    counted.spend(cost)
    try {
      const key = counterKey(this.#keyPrefix, counted.id)
      const reply = await command({ deadlineMs, signal, breaker }, () => store.refund({ key, windows, cost }))
      return checkRefundReply(windows.length, reply).refunded.some((units) => units > 0)
    } catch (error) {
      if (error instanceof StoreError && error.outcome === 'not-executed' && error !== signal?.reason)
        counted.restore(cost)
      throw error
    } finally {
      this.#local?.refunded(counted.id)
    }
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
    signal?.throwIfAborted()
    const key = counterKey(this.#keyPrefix, id)
    const { store, windows, deadlineMs } = this.#settings
    const all = [{ store, breaker: this.#breaker }, ...(this.#fallback === undefined ? [] : [this.#fallback])]
    this.#local?.reset(id)
    try {
      await Promise.all(
        all.map(({ store, breaker }) => command({ deadlineMs, signal, breaker }, () => store.clear({ key, windows }))),
      )
    } finally {
      this.#local?.reset(id) // again: what was learnt in the meantime may be older than the reset
    }
  }

  #ask(id: string, options: LimitOptions | undefined, peek: boolean): Promise<DecisionUnder<Policy>> {
    try {
      const { cost, windows, signal } = options === undefined ? this.#plainRequest : parseRequest(options, this.#plans)
      signal?.throwIfAborted()
      if (this.#local !== undefined && !peek) {
        const local = this.#local.answer({ id, cost, peek }, windows)
        if (local !== undefined) return Promise.resolve(local as DecisionUnder<Policy>)
      }
      if (this.#takeNow !== undefined) return this.#askNow(this.#takeNow, { id, cost, peek }, windows, signal)
      return waitUnlessAborted({ id, cost, peek }, signal, (call) => {
        this.#batcher().add(call, windows, peek ? 0 : cost)
      })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** With a store in this process there is nothing to wait for, and no round trip to share. */
  #askNow(
    takeNow: (take: Take) => TakeReply | Error,
    question: Question,
    windows: readonly Window[],
    signal: AbortSignal | undefined,
  ): Promise<DecisionUnder<Policy>> {
    const { id, cost, peek } = question
    const take = { key: counterKey(this.#keyPrefix, id), windows, cost: peek ? 0 : cost, times: 1 }
    try {
      const reply = checkTakeReply(take, takeNow(take))
      const decision = decide(question, 0, Math.min(1, reply.taken), take, reply, 0, this.#byStore)
      return Promise.resolve(decision as DecisionUnder<Policy>)
    } catch (error) {
      return waitUnlessAborted(question, signal, (call) => {
        this.#policy(new Group(call, take.key, windows, take.cost), toStoreError(error))
      })
    }
  }

  #breakerFor(store: 'store' | 'fallback'): Breaker | undefined {
    const { breaker, name } = this.#settings
    return breaker && new Breaker(breaker, { name, store })
  }

  #batchersFor(
    store: CounterStore,
    source: 'store' | 'fallback',
    breaker: Breaker | undefined,
    onFailure: FailurePolicy,
  ): () => Batcher {
    const { deadlineMs, onStoreError } = this.#settings
    const options = {
      store,
      // Together the two stores must keep the deadline: each gets half of it.
      deadlineMs: typeof onStoreError === 'object' ? deadlineMs / 2 : deadlineMs,
      by: { owner: this, source },
      breaker,
      local: source === 'store' ? this.#local : undefined,
      keyOf: (id: string) => counterKey(this.#keyPrefix, id),
      onFailure,
    }
    if (requestsAreIsolated()) return onePerTurn(() => new Batcher(options))
    const batcher = new Batcher(options)
    return () => batcher
  }
}
