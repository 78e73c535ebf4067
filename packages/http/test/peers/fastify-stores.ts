import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import type { Redis } from 'ioredis'

// The stores of @fastify/rate-limit 11, by our limiters. Bundled and put in the place of its stores for its tests.

type Answer = (error: unknown, state?: { readonly current: number; readonly ttl: number }) => void

class PeerStore {
  readonly #counters: CounterStore
  readonly #name: string
  readonly #byWindow = new Map<number, { taken: FixedWindowRateLimiter; denied: FixedWindowRateLimiter }>()

  constructor(counters: CounterStore, name: string) {
    this.#counters = counters
    this.#name = name
  }

  incr(key: unknown, answer: Answer, timeWindow: number, max: number): void {
    this.#answer('limit', answer, key, timeWindow, max)
  }

  read(key: unknown, answer: Answer, timeWindow: number, max: number): void {
    this.#answer('peek', answer, key, timeWindow, max)
  }

  async #answer(how: 'limit' | 'peek', answer: Answer, key: unknown, timeWindow: number, max: number): Promise<void> {
    try {
      answer(null, await this.#count(how, key, timeWindow, max))
    } catch (error) {
      answer((error as Error).cause) // the client's own error, as its tests compare it
    }
  }

  async #count(how: 'limit' | 'peek', key: unknown, timeWindow: number, max: number) {
    const { taken, denied } = this.#limitersOf(timeWindow)
    const id = `${key}` // its tests have numbers, too
    const decision = await taken[how](id, { limit: max })
    const used = decision.limit - decision.remaining
    if (decision.allowed) return { current: used, ttl: used === 0 ? 0 : decision.resetAfterMs }
    // Denials are not counted by the limiter; a ban counts them.
    const denial = await denied[how](id)
    return { current: used + (denial.limit - denial.remaining), ttl: decision.resetAfterMs }
  }

  #limitersOf(window: number) {
    const known = this.#byWindow.get(window)
    if (known !== undefined) return known
    const create = (name: string) =>
      new FixedWindowRateLimiter({
        name,
        store: this.#counters,
        limit: Number.MAX_SAFE_INTEGER,
        window,
        anchor: 'first-hit',
      })
    const limiters = { taken: create(this.#name), denied: create(`${this.#name}-denied`) }
    this.#byWindow.set(window, limiters)
    return limiters
  }
}

export class LocalStore extends PeerStore {
  constructor(_continueExceeding: boolean, _exponentialBackoff: boolean, cache = 5000) {
    super(new MemoryStore({ maxKeys: cache }), 'local')
  }

  child({ cache }: { readonly cache?: number }): LocalStore {
    return new LocalStore(false, false, cache)
  }
}

export class RedisStore extends PeerStore {
  readonly #redis: Redis
  readonly #namespace: string

  constructor(
    _continueExceeding: boolean,
    _exponentialBackoff: boolean,
    redis: Redis,
    namespace = 'fastify-rate-limit-',
  ) {
    super(new IoredisStore(redis), namespace)
    this.#redis = redis
    this.#namespace = namespace
  }

  child({ routeInfo }: { readonly routeInfo: { readonly method?: string; readonly url?: string } }): RedisStore {
    return new RedisStore(false, false, this.#redis, `${this.#namespace}${routeInfo.method}${routeInfo.url}-`)
  }
}
