import { AsyncLocalStorage } from 'node:async_hooks'
import { type CounterStore, type Decision, FixedWindowRateLimiter, type LimiterOptions, OptionError } from '@rl/core'
import { checkFunction, describeValue, ownOptions } from '@rl/core/check'
import { counterName } from '@rl/core/keys'
import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit'
import { notifySafely } from '../asking/notify-safely.ts'

type Limiter = FixedWindowRateLimiter<'throw' | CounterStore>

/** Options of an {@link ExpressRateLimitStore}: its `prefix`, and those of a limiter that express-rate-limit has none for. */
export interface ExpressRateLimitStoreOptions
  extends Omit<
    LimiterOptions<'throw' | CounterStore>,
    'name' | 'store' | 'limit' | 'window' | 'windows' | 'anchor' | 'onStoreError'
  > {
  /**
   * Distinguishes this store's counters from those of others over the same storage, at most 128 bytes: one for each
   * `rateLimit()`, the same in every process. Default `'express-rate-limit'`.
   */
  readonly prefix?: string | undefined
  /**
   * Default `'first-hit'`, as express-rate-limit's own stores have it: a client's window opens with its first request.
   * `'epoch'`: all clients' windows begin at the same moments.
   */
  readonly anchor?: 'first-hit' | 'epoch' | undefined
  /** Another store to ask when this one can't answer. Without it the error goes to express-rate-limit's `passOnStoreError`. */
  readonly onStoreError?: CounterStore | undefined
  /**
   * Called for units that could not be given back, as the storage failed: they stay taken until their windows end. Its errors are
   * ignored. Default: `console.error`.
   */
  readonly onRefundError?: ((error: unknown) => void) | undefined
}

/** One request on its way through one `rateLimit()`. */
interface Pass {
  readonly key?: string
  /** The answer of the `limit` function. */
  limit?: number
  /** The decision that counted it, and its limiter. */
  decision?: Decision
  limiter?: Limiter
}

/**
 * A store for express-rate-limit 8 over any `CounterStore`: exact counts in one atomic step, requests that wait at the
 * same time in one command, a deadline, and denials that write nothing.
 *
 * Unlike with other stores, a denied request is not counted, so `getKey` never shows more hits than the limit, and
 * `used` of a denied request is the limit and one. A unit is given back (`skipFailedRequests`, `skipSuccessfulRequests`) to
 * the window that it was taken from, once, and only if it was taken. `resetAll` is there over a `MemoryStore` only: elsewhere it
 * would have to search the storage.
 *
 * express-rate-limit asks for the count before it works out a `limit` that is a function. Pass the options through
 * {@link options} then; without it each request is counted, denied ones too, as other stores do it.
 *
 * @example
 * app.use(rateLimit({ windowMs: 60_000, limit: 100, store: new ExpressRateLimitStore(new IoredisStore(redis)) }))
 */
export class ExpressRateLimitStore implements Store {
  /** Keys are not this instance's own: others over the same storage count under them too. */
  readonly localKeys: boolean = false
  readonly prefix: string
  /** Forgets all keys. Only over a store that can do this, which is `MemoryStore`. */
  readonly resetAll?: () => Promise<void>
  readonly #createLimiter: (limit: number, windowMs: number) => Limiter
  readonly #onRefundError: (error: unknown) => void
  readonly #passes = new AsyncLocalStorage<Pass>()
  /** Or why there is none, for good: another `rateLimit()` must not bring to life what failed for the first. */
  #limiter: Limiter | Error | undefined

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(store: CounterStore, given: ExpressRateLimitStoreOptions = {}) {
    const options = ownOptions('options', given, KNOWN)
    const { prefix = 'express-rate-limit', anchor = 'first-hit', onRefundError = console.error, ...others } = options
    const { onStoreError = 'throw' }: { onStoreError?: unknown } = others
    if (onStoreError === 'allow' || onStoreError === 'deny') {
      throw new OptionError(
        'onStoreError',
        'a store; passOnStoreError of rateLimit() admits',
        describeValue(onStoreError),
      )
    }
    checkFunction('onRefundError', onRefundError)
    this.#onRefundError = onRefundError
    this.prefix = checkPrefix(prefix)
    this.#createLimiter = (limit, window) =>
      new FixedWindowRateLimiter<'throw' | CounterStore>({ ...others, name: prefix, store, limit, window, anchor })
    if ('resetAll' in store && typeof store.resetAll === 'function') {
      const { resetAll } = store
      this.resetAll = async () => {
        resetAll.call(store, prefix)
        // Another limiter, as the fast paths of the present one remember.
        const { windows } = this.#ready()
        const [window] = windows
        if (window !== undefined && 'windowMs' in window)
          this.#limiter = this.#createLimiter(window.limit, window.windowMs)
      }
    }
    this.#createLimiter(0, 1) // for its errors, as express-rate-limit only logs those of `init`
  }

  /**
   * Called by `rateLimit()`.
   *
   * @throws {OptionError} for a `windowMs` or `limit` that no window has, and {Error} for a second `rateLimit()` with other
   *   settings. express-rate-limit logs it, and then each request fails with it.
   */
  init({ windowMs, limit }: Pick<Options, 'windowMs' | 'limit'>): void {
    const first = this.#limiter
    if (first instanceof Error) throw first
    try {
      const limiter = this.#createLimiter(typeof limit === 'function' ? UNLIMITED : toInteger(limit), windowMs)
      if (first !== undefined && !isLike(first, limiter)) throw new Error(SHARED)
      this.#limiter = limiter
    } catch (error) {
      this.#limiter = error as Error
      throw error
    }
  }

  /**
   * The options for `rateLimit()`, with this store, such that a `limit` function is asked first and once. Then denials cost
   * nothing under it either.
   *
   * @example
   * app.use(rateLimit(store.options({ windowMs: 60_000, limit: (request) => limits[planOf(request)] })))
   */
  options(options: Partial<Options>): Partial<Options> {
    const { limit = options.max, skip } = options
    if (typeof limit !== 'function') return { ...options, store: this }
    return {
      ...options,
      store: this,
      skip: (request, response) => {
        const pass: Pass = {}
        this.#passes.enterWith(pass)
        const learn = async (): Promise<boolean> => {
          if (await skip?.(request, response)) return true
          pass.limit = await limit(request, response)
          return false
        }
        return learn()
      },
      limit: (request, response) => this.#passes.getStore()?.limit ?? limit(request, response),
    }
  }

  /** Takes a unit of the key's, if one is left. The hits are those before and this one, whether it was taken or not. */
  increment(key: string): Promise<ClientRateLimitInfo> {
    const limit = this.#passes.getStore()?.limit
    const pass: Pass = limit === undefined ? { key } : { key, limit }
    // At once, not in a later turn: so that what the caller does from here on, the decrement too, belongs to this pass.
    this.#passes.enterWith(pass)
    return this.#count(key, pass)
  }

  /**
   * Gives back what was taken for this request: for a denied one, a second time, or after its window, nothing. A storage
   * that fails is told to `onRefundError` alone: up to 8.7.3, express-rate-limit catches no rejection, which ends a process.
   *
   * @throws {Error} when called from anywhere but the handling of a request that was counted under this key: nobody could
   *   say whose unit it is.
   */
  async decrement(key: string): Promise<void> {
    const pass = this.#passes.getStore()
    const { decision, limiter } = pass ?? {}
    if (decision === undefined || pass?.key !== key) throw new Error(NOT_COUNTED)
    try {
      await limiter?.refund(decision)
    } catch (error) {
      notifySafely(this.#onRefundError, error)
    }
  }

  /** The key's hits in its window. `undefined` without any. */
  async get(key: string): Promise<ClientRateLimitInfo | undefined> {
    const decision = await this.#ready().peek(toId(key), { limit: UNLIMITED })
    const totalHits = decision.limit - decision.remaining
    return totalHits === 0 ? undefined : { totalHits, resetTime: resetTime(decision.resetAfterMs) }
  }

  /** Forgets the key. */
  async resetKey(key: string): Promise<void> {
    await this.#ready().reset(toId(key))
  }

  async #count(key: string, pass: Pass): Promise<ClientRateLimitInfo> {
    const limit = pass.limit === undefined ? undefined : toInteger(pass.limit)
    const limiter = this.#ready()
    const decision = await limiter.limit(toId(key), limit === undefined ? undefined : { limit })
    Object.assign(pass, { decision, limiter })
    const hits = decision.limit - decision.remaining
    return { totalHits: decision.allowed ? hits : hits + 1, resetTime: resetTime(decision.resetAfterMs) }
  }

  #ready(): Limiter {
    const limiter = this.#limiter
    if (limiter === undefined) throw new Error('ExpressRateLimitStore is not the store of a rateLimit() yet')
    if (limiter instanceof Error) throw limiter
    return limiter
  }
}

const KNOWN: readonly string[] = [
  'prefix',
  'anchor',
  'onStoreError',
  'onRefundError',
  'deadlineMs',
  'fallbackShare',
  'breaker',
  'fastPaths',
]

const UNLIMITED = Number.MAX_SAFE_INTEGER

const SHARED =
  'an ExpressRateLimitStore is for one rateLimit(): make another one over the same CounterStore, with another prefix'

const NOT_COUNTED =
  'decrement gives back what increment took for the same request and key, and nothing was counted for this one'

/** The same to `hits > limit` as the limit itself: 2 for 2.5, 0 for -1. */
function toInteger(limit: number): number {
  return Math.min(Math.max(Math.floor(limit), 0), UNLIMITED)
}

function checkPrefix(prefix: unknown): string {
  const fits = typeof prefix === 'string' && prefix.isWellFormed() && new TextEncoder().encode(prefix).length <= 128
  if (fits && prefix !== '') return prefix
  throw new OptionError('prefix', 'a non-empty, well-formed string of at most 128 bytes', describeValue(prefix))
}

/** Any key is an identifier then, as with other stores: an empty one, half a surrogate pair, even `undefined`. */
function toId(key: string): string {
  return `:${key}`.toWellFormed()
}

/** By this process's clock, as express-rate-limit will subtract that clock's time from it. */
function resetTime(resetAfterMs: number): Date {
  return new Date(Date.now() + resetAfterMs)
}

function isLike(one: Limiter, other: Limiter): boolean {
  const [mine, theirs] = [one.windows[0], other.windows[0]]
  return (
    mine !== undefined &&
    theirs !== undefined &&
    mine.limit === theirs.limit &&
    counterName(mine) === counterName(theirs)
  )
}
