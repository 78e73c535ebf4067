import type { Window } from '../contract/windows.ts'
import type { Settlement } from '../decision/settlement.ts'
import type { Allowed, Decision } from '../decision/types.ts'
import { StoreError } from '../errors.ts'
import { askWatched, Wrapper } from '../observe/wrappers.ts'
import type { Cost } from '../options/cost.ts'
import type { LimitOptions } from '../options/limit-options.ts'
import type { RateLimiter, RefundOptions } from '../rate-limiter.ts'
import { parseShadow, type ShadowOptions, type ShadowSettings } from './options.ts'
import { isSampled } from './sample.ts'
import { Unlimited } from './unlimited.ts'

/** A decision's further answer. Not enumerable: it is in no log or copy of the decision. */
export interface Shadowed {
  /**
   * The candidate's answer. `undefined` if it is not asked, as the identifier is not in the sample or the call was aborted.
   * Where its store fails, a decision with source `'failure-policy'`. Never rejects.
   */
  readonly shadow: Promise<Decision | undefined>
}

/** A limiter with another one in its shadow. Made by {@link shadow}. */
export interface ShadowLimiter<Live extends Decision = Decision> extends RateLimiter {
  /** Asks both: the decision is the live limiter's, and its `shadow` the candidate's. */
  limit(id: string, options?: LimitOptions): Promise<Live & Shadowed>
  /**
   * As {@link limit}, and takes nothing.
   *
   * @example const { shadow: candidates } = await shadow(limiter).peek('user_123')
   */
  peek(id: string, options?: LimitOptions): Promise<Live & Shadowed>
}

/**
 * Tries a limiter on live traffic without denying anybody: a limiter that admits everything and tells what the candidate would
 * have done. With `live`, decisions are the live limiter's, and the candidate is tried beside it.
 *
 * Calls don't wait for the candidate and never fail because of it. It counts as if it were live: refunds, settlements and resets
 * are its own, too. The limits and calendars of single calls are not, beside a live limiter.
 *
 * Alone, `windows` is empty and a decision has no limit (`remaining: Infinity`), so that nothing of it shows in HTTP fields.
 *
 * @param candidate The limiter to try.
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * import { FixedWindowRateLimiter } from '@rl/core'
 * import { shadow } from '@rl/core/shadow'
 *
 * const candidate = new FixedWindowRateLimiter({ name: 'api-trial', store, limit: 1, window: '1m' })
 * const limiter = shadow(candidate, { onDenied: ({ id }) => console.log(`would deny ${id}`) })
 * await limiter.limit('user_123')
 * const decision = await limiter.limit('user_123') // prints would deny user_123
 * console.log(decision.allowed, (await decision.shadow)?.allowed) // prints true false
 */
export function shadow<Live extends RateLimiter>(
  candidate: RateLimiter,
  options: ShadowOptions & { readonly live: Live },
): ShadowLimiter<Awaited<ReturnType<Live['limit']>>>
export function shadow(
  candidate: RateLimiter,
  options?: ShadowOptions & { readonly live?: undefined },
): ShadowLimiter<Allowed>
export function shadow(candidate: RateLimiter, options: ShadowOptions = {}): ShadowLimiter {
  const settings = parseShadow(candidate, options)
  const { live = new Unlimited(candidate) } = settings
  return new Shadow(candidate, live, settings)
}

type Asking = 'limit' | 'peek'

class Shadow implements ShadowLimiter {
  readonly name: string
  readonly windows: readonly Window[]
  readonly #candidate: RateLimiter
  readonly #live: RateLimiter
  readonly #settings: ShadowSettings
  /** Changes of the candidate's counters that nobody waits for. They never reject. */
  readonly #changes: Set<Promise<void>> = new Set()
  readonly #wrapper: Wrapper

  constructor(candidate: RateLimiter, live: RateLimiter, settings: ShadowSettings) {
    this.name = live.name
    this.windows = live.windows
    this.#candidate = candidate
    this.#live = live
    this.#settings = settings
    this.#wrapper = new Wrapper(this, settings.live, candidate)
  }

  limit(id: string, options?: LimitOptions): Promise<Decision & Shadowed> {
    return this.#ask('limit', id, options)
  }

  async isAllowed(id: string, options?: LimitOptions): Promise<boolean> {
    return (await this.#ask('limit', id, options)).allowed
  }

  peek(id: string, options?: LimitOptions): Promise<Decision & Shadowed> {
    return this.#ask('peek', id, options)
  }

  refund(decision: Decision, options?: RefundOptions): Promise<boolean> {
    const refunded = this.#live.refund(decision, options)
    this.#changeTrial(decision, (trial) => this.#candidate.refund(trial, options))
    return refunded
  }

  settle(
    decision: Decision,
    actual: Cost,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Settlement> {
    const settled = this.#live.settle(decision, actual, options)
    this.#changeTrial(decision, (trial) => this.#candidate.settle(trial, actual, options))
    return settled
  }

  reset(id: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void> {
    const done = this.#live.reset(id, options)
    this.#change(async () => this.#candidate.reset(id, options))
    return done
  }

  async drain(): Promise<void> {
    const changed = Promise.all(this.#changes).then(() => this.#candidate.drain())
    await Promise.all([this.#live.drain(), changed.catch(() => {})])
  }

  async #ask(method: Asking, id: string, options: LimitOptions | undefined): Promise<Decision & Shadowed> {
    const ask = (): Promise<Decision> => this.#live[method](id, options)
    const answer = askWatched(this.#wrapper.watcher, id, method === 'peek', ask) // first, as its command must not wait for the candidate's
    const trial = this.#try(method, id, options)
    if (method === 'limit') this.#tell(trial, answer)
    const decision = await answer
    Reflect.defineProperty(decision, 'shadow', { value: trial, configurable: true })
    return decision as Decision & Shadowed
  }

  async #try(method: Asking, id: string, options: LimitOptions | undefined): Promise<Decision | undefined> {
    const { live, sample } = this.#settings
    try {
      if (!isSampled(id, sample, this.#candidate.name)) return undefined
      const given = live === undefined ? options : forCandidate(options)
      const ask = (): Promise<Decision> => this.#candidate[method](id, given)
      return await askWatched(this.#wrapper.watcher?.candidate, id, method === 'peek', ask)
    } catch (error) {
      if (!(error instanceof StoreError)) return undefined
      return { allowed: true, id, cost: options?.cost ?? 1, retryAfterMs: 0, source: 'failure-policy', error }
    }
  }

  async #tell(trial: Promise<Decision | undefined>, answer: Promise<Decision>): Promise<void> {
    const { live, onDenied } = this.#settings
    if (onDenied === undefined) return
    const [denied, decision] = await Promise.all([trial, answer.catch(() => undefined)])
    if (denied === undefined || denied.allowed) return
    try {
      await onDenied(denied, live && decision)
    } catch {
      // An observer must not fail a call or the process.
    }
  }

  #changeTrial(decision: Decision, change: (trial: Decision) => Promise<unknown>): void {
    // The candidate refuses a forged trial.
    const { shadow: trial } = Object(decision) as Partial<Shadowed>
    this.#change(async () => {
      const tried = await trial
      if (tried !== undefined) await change(tried)
    })
  }

  #change(change: () => Promise<unknown>): void {
    const changed = change()
      .catch(() => {})
      .then(() => {
        this.#changes.delete(changed)
      })
    this.#changes.add(changed)
  }
}

/** Limits and calendars of the live limiter's calls are not the candidate's. */
function forCandidate(options: LimitOptions | undefined): LimitOptions | undefined {
  if (options === undefined) return undefined
  const { cost, signal }: LimitOptions = Object.assign(Object.create(null), options)
  return { cost, signal }
}
