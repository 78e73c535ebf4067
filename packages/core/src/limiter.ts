import type { Adjustment } from './contract/operations.ts'
import type { Window } from './contract/windows.ts'
import { Asker, firstAnswer } from './decision/asker.ts'
import { AbortableCall, Call, type Request } from './decision/call.ts'
import { CountedDecision } from './decision/counted.ts'
import { allowCall, denyCall, type FailurePolicy, rejectCall } from './decision/failure-policy.ts'
import type { FastPath } from './decision/fast-path.ts'
import { newToken } from './decision/token.ts'
import type { CountedSource, Decision } from './decision/types.ts'
import { dispatchOf } from './dispatch/dispatchers.ts'
import { runtime } from './dispatch/runtime.ts'
import { OptionError, StoreError } from './errors.ts'
import { type DecisionUnder, type LimiterOptions, parseOptions, type Settings } from './limiter-options.ts'
import { checkInteger, describeValue, ownOptions } from './options/check.ts'
import { type Cost, Costs } from './options/cost.ts'
import { checkId, LIMIT_OPTIONS, type LimitOptions, parseSignal, WindowsByLimit } from './options/limit-options.ts'
import type { OnStoreError } from './options/store.ts'
import type { RateLimiter, RefundOptions } from './rate-limiter.ts'

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
  readonly #costs: Costs
  readonly #windows: WindowsByLimit
  readonly #plainRequest: Request | undefined
  readonly #fastPaths: readonly FastPath[]
  readonly #primary: Asker
  readonly #fallback: Asker | undefined
  /** The fallback store sends commands, which belong into the contexts of their callers. */
  readonly #keepsContexts: boolean = false

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(options: LimiterOptions<Policy>) {
    const settings = parseOptions(options)
    const { windows, onStoreError, deadlineMs, name } = settings
    this.#settings = settings
    this.#costs = new Costs(windows)
    this.#windows = new WindowsByLimit(windows)
    if (!this.#costs.areNamed) this.#plainRequest = this.#requestOf(1, undefined, false)
    this.#fastPaths = settings.fastPaths.map((make) => make({ owner: this, scope: name }))
    if (typeof onStoreError === 'object') {
      // Together the two stores must keep the deadline: each gets half of it.
      this.#keepsContexts = onStoreError.capabilities?.answersAtOnce === undefined
      this.#fallback = this.#askerOf(onStoreError, 'fallback', deadlineMs / 2, [], rejectAfterBoth)
      this.#primary = this.#askerOf(settings.store, 'store', deadlineMs / 2, this.#fastPaths, this.#fallBack)
    } else {
      const policy = { throw: rejectCall, allow: allowCall, deny: denyCall(deadlineMs) }[onStoreError]
      this.#primary = this.#askerOf(settings.store, 'store', deadlineMs, this.#fastPaths, policy)
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
    if (counted === undefined) {
      const received = typeof decision === 'string' ? 'a string' : describeValue(decision)
      throw new OptionError('decision', 'one that this limiter returned', received)
    }
    const units = this.#unitsToGiveBack(counted, options)
    const signal = parseSignal(options.signal)
    signal?.throwIfAborted()
    if (units.every((each) => each === 0)) return false
    return this.#giveBack(counted, units, signal)
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
    checkId(id)
    const clear = { kind: 'clear', scope: this.name, id, windows: this.windows } as const
    this.#forget(id)
    try {
      await Promise.all([this.#primary.change(clear, signal), this.#fallback?.change(clear, signal)])
    } finally {
      this.#forget(id) // again: what was learnt in the meantime may be older than the reset
    }
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
    await this.#primary.settled()
    await this.#fallback?.settled() // what the store failed is asked of the fallback by now
    const held = this.#fastPaths.flatMap((path) => path.giveBack())
    // What can't be given back stays charged until its window ends, as without drain.
    await Promise.allSettled(
      held.map((adjustment) => {
        const token = this.#primary.resends ? newToken(adjustment.windows) : undefined
        return this.#primary.change({ ...adjustment, token }, undefined)
      }),
    )
  }

  #ask(id: string, options: LimitOptions | undefined, isPeek: boolean): Promise<DecisionUnder<Policy>> {
    try {
      checkId(id)
      const call = this.#callOf(id, options, isPeek)
      if (this.#fastPaths.length > 0 && !isPeek) {
        const decision = firstAnswer(this.#fastPaths, call, runtime.now())
        if (decision !== undefined) return Promise.resolve(decision as DecisionUnder<Policy>)
      }
      if (this.#keepsContexts) call.keepContext()
      const { windows, costs } = call.request
      this.#primary.ask(call, windows, isPeek ? this.#costs.zeros : costs)
      return call.promise() as Promise<DecisionUnder<Policy>>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #callOf(id: string, given: LimitOptions | undefined, isPeek: boolean): Call {
    if (given === undefined && this.#plainRequest !== undefined && !isPeek) return new Call(id, this.#plainRequest)
    const { cost, limit, signal: givenSignal } = ownOptions('options', given ?? {}, LIMIT_OPTIONS)
    const request = this.#requestOf(cost, limit, isPeek)
    const signal = parseSignal(givenSignal)
    signal?.throwIfAborted()
    return signal === undefined ? new Call(id, request) : new AbortableCall(id, request, signal)
  }

  #requestOf(given: Cost | undefined, limit: LimitOptions['limit'], isPeek: boolean): Request {
    const cost = given ?? (isPeek && this.#costs.areNamed ? zeroOf(this.#costs.units) : 1)
    const costs = this.#costs.parse('cost', cost)
    return { cost: typeof cost === 'number' ? cost + 0 : cost, costs, windows: this.#windows.parse(limit), isPeek }
  }

  #unitsToGiveBack(counted: CountedDecision, { cost }: RefundOptions): readonly number[] {
    const { refundable } = counted
    if (cost === undefined) return refundable
    const units = this.#costs.parse('cost', cost)
    for (const [i, each] of units.entries()) checkInteger('cost', each, 0, refundable[i])
    return units
  }

  async #giveBack(
    counted: CountedDecision,
    units: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const windows = this.windows.flatMap((window, i) => {
      const change = -(units[i] ?? 0)
      return change === 0 ? [] : [{ ...window, ...counted.counter(i), change }]
    })
    const asker = (counted.source === 'fallback' && this.#fallback) || this.#primary
    const token = asker.resends ? newToken(counted.windows) : undefined
    const adjustment: Adjustment = { kind: 'adjust', scope: this.name, id: counted.id, windows, token }
    counted.giveBack(units)
    try {
      const reply = await asker.change(adjustment, signal)
      for (const path of this.#fastPaths) path.adjusted(adjustment, reply)
      return reply.windows.some((window) => window !== 'ended' && window.applied < 0)
    } catch (error) {
      if (error instanceof StoreError && error.outcome === 'not-executed' && error !== signal?.reason) {
        counted.giveBack(units.map((each) => -each))
      }
      for (const path of this.#fastPaths) path.adjusted(adjustment, undefined)
      throw error
    }
  }

  #forget(id: string): void {
    for (const path of this.#fastPaths) path.forget(id)
  }

  readonly #fallBack: FailurePolicy = (call, error, take) => {
    call.firstError = error
    const windows = this.#windows.shareOf(take.windows, this.#settings.fallbackShare)
    const ask = (): void => {
      if (call.isWaiting) this.#fallback?.ask(call, windows, take.costs)
    }
    if (call.inContext === undefined) ask()
    else call.inContext(ask)
  }

  #askerOf(
    store: Settings['store'],
    source: CountedSource,
    deadlineMs: number,
    fastPaths: readonly FastPath[],
    onFailure: FailurePolicy,
  ): Asker {
    const { breaker, name } = this.#settings
    const { current } = dispatchOf(store, deadlineMs, breaker)
    const resends = store.capabilities?.resends ?? false
    return new Asker(current, resends, {
      scope: name,
      origin: { owner: this, source },
      deadlineMs,
      fastPaths,
      onFailure,
    })
  }
}

/** Nothing was charged only if neither store may have run it. */
const rejectAfterBoth: FailurePolicy = (call, error) => {
  const { firstError = error } = call
  call.reject(firstError.outcome === 'unknown' && error.outcome !== 'unknown' ? firstError : error)
}

function zeroOf(units: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(units.map((unit) => [unit, 0]))
}
