import { type Cost, type Decision, type LimitOptions, OptionError, type RateLimiter, type Window } from '@rl/core'
import { askWatched, Wrapper } from '@rl/core/observe'
import { checkLimiter } from './parse-options.ts'

/** No WeakSet of all decisions: only of those about the banned. */
const bans = new WeakSet<Decision>()

/**
 * Whether a decision denies a call because its identifier is banned by {@link banAfter}.
 *
 * @example const status = isBanned(decision) ? 403 : 429
 */
export function isBanned(decision: Decision): boolean {
  return bans.has(decision)
}

/**
 * A limiter that bans who is denied too often: each denial takes a unit of `denials`, under the same identifier. A key that has
 * used them up is denied until their window ends, and `limiter` is not asked. Every call asks `denials` first: one more round
 * trip. Observers (`observe` of `@rl/core/observe`) of what it returns see the denials of the banned, too; those of `limiter` don't.
 *
 * @param denials Of another name: `limit` is how many denials are borne, `window` how long a ban lasts at most.
 * @throws {OptionError} naming what is wrong.
 * @example
 * const denials = new FixedWindowRateLimiter({ name: 'denials', store, limit: 20, window: '1h', anchor: 'first-hit' })
 * app.use(rateLimit({ limiter: banAfter(limiter, denials), key: clientIp({ hops: 1 }) }))
 */
export function banAfter(limiter: RateLimiter, denials: RateLimiter): RateLimiter {
  checkLimiter('limiter', limiter)
  checkLimiter('denials', denials)
  if (limiter.name === denials.name)
    throw new OptionError('denials.name', "unlike the limiter's, as one name is one counter", 'the same name')
  return new Banning(limiter, denials)
}

class Banning implements RateLimiter {
  readonly name: string
  readonly windows: readonly Window[]
  readonly #limiter: RateLimiter
  readonly #denials: RateLimiter
  readonly #wrapper: Wrapper

  constructor(limiter: RateLimiter, denials: RateLimiter) {
    this.name = limiter.name
    this.windows = limiter.windows
    this.#limiter = limiter
    this.#denials = denials
    this.#wrapper = new Wrapper(this, limiter)
  }

  limit(id: string, options?: LimitOptions): Promise<Decision> {
    return askWatched(this.#wrapper.watcher, id, false, () => this.#decide(id, options))
  }

  async #decide(id: string, options: LimitOptions | undefined): Promise<Decision> {
    const banned = await this.#banned(id, options)
    if (banned !== undefined) return banned
    const decision = await this.#limiter.limit(id, options)
    if (!decision.allowed && decision.source !== 'failure-policy')
      await this.#denials.limit(id, { signal: options?.signal })
    return decision
  }

  async isAllowed(id: string, options?: LimitOptions): Promise<boolean> {
    return (await this.limit(id, options)).allowed
  }

  peek(id: string, options?: LimitOptions): Promise<Decision> {
    const peek = async (): Promise<Decision> => (await this.#banned(id, options)) ?? this.#limiter.peek(id, options)
    return askWatched(this.#wrapper.watcher, id, true, peek)
  }

  refund: RateLimiter['refund'] = (...args) => this.#limiter.refund(...args)

  settle: RateLimiter['settle'] = (...args) => this.#limiter.settle(...args)

  reset: RateLimiter['reset'] = async (...args) => {
    await Promise.all([this.#limiter.reset(...args), this.#denials.reset(...args)])
  }

  async drain(): Promise<void> {
    await Promise.all([this.#limiter.drain(), this.#denials.drain()])
  }

  async #banned(id: string, { cost = 1, limit, signal }: LimitOptions = {}): Promise<Decision | undefined> {
    const ban = await this.#denials.peek(id, { signal })
    if (ban.allowed || ban.source === 'failure-policy') return ban.allowed ? undefined : ban
    // The rest of the limiter's own windows until the ban ends.
    const { resetAt, resetAfterMs } = ban
    const windows = this.windows.map(({ unit, ...window }, at) => ({
      unit,
      cost: costOf(cost, unit),
      limit: (typeof limit === 'number' ? limit : limit?.[at]) ?? window.limit,
      remaining: 0,
      resetAt,
      resetAfterMs,
    }))
    const decision: Decision = { ...ban, cost, limit: windows[0]?.limit ?? 0, remaining: 0, windows }
    bans.add(decision)
    return decision
  }
}

function costOf(cost: Cost, unit: string | undefined): number {
  return typeof cost === 'number' ? cost : (cost[unit ?? ''] ?? 0)
}
