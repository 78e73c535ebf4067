import type { CounterStore, Operation, Reply } from '@rl/core'
import type { ClientRateLimitInfo, LegacyStore, Options, Store } from 'express-rate-limit'
import type { Settings } from './options.ts'

// A store that was written for express-rate-limit, such as the mocks of its suite, as a store of a limiter.

export function isForeign(store: unknown): store is Store | LegacyStore {
  const { increment, incr } = (store ?? {}) as Partial<Store & LegacyStore>
  return typeof increment === 'function' || typeof incr === 'function'
}

export class ForeignStore implements CounterStore {
  readonly #store: Store | LegacyStore
  readonly #windowMs: number
  /** Rejects where `init` failed, and then every call does. */
  readonly #ready: Promise<unknown>

  constructor(store: Store | LegacyStore, options: Settings) {
    this.#store = store
    this.#windowMs = options.windowMs
    const init = async (): Promise<unknown> =>
      'init' in store ? store.init?.(options as unknown as Options) : undefined
    this.#ready = init()
    this.#ready.catch(() => {})
  }

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    await this.#ready
    return Promise.all(operations.map((operation) => this.#answer(operation)))
  }

  async #answer(operation: Operation): Promise<Reply> {
    const { id } = operation
    switch (operation.kind) {
      case 'take': {
        const isPeek = operation.costs[0] === 0
        const { totalHits = 0, resetTime } = (isPeek ? await this.#get(id) : await this.#increment(id)) ?? {}
        const limit = operation.windows[0]?.limit ?? 0
        const timesTaken = totalHits <= limit ? 1 : 0
        // A denial takes nothing here.
        if (!isPeek && timesTaken === 0) await this.#store.decrement(id)
        const now = Date.now()
        const resetAt = Math.max(resetTime?.getTime() ?? now + this.#windowMs, now + 1)
        return { now, timesTaken, windows: [{ used: Math.min(totalHits, limit), resetAt, generation: 0 }] }
      }
      case 'adjust': {
        const now = Date.now()
        if ((operation.windows[0]?.resetAt ?? 0) <= now) return { now, repeated: false, windows: ['ended'] }
        await this.#store.decrement(id)
        return { now, repeated: false, windows: [{ applied: -1, used: 0 }] }
      }
      case 'clear':
        await this.#store.resetKey(id)
        return { now: Date.now() }
    }
  }

  #get(id: string): Promise<ClientRateLimitInfo | undefined> | ClientRateLimitInfo | undefined {
    const store = this.#store
    return 'get' in store ? store.get?.(id) : undefined
  }

  #increment(id: string): Promise<ClientRateLimitInfo> | ClientRateLimitInfo {
    const store = this.#store
    if ('increment' in store) return store.increment(id)
    return new Promise((resolve, reject) => {
      store.incr(id, (error, totalHits, resetTime) => (error ? reject(error) : resolve({ totalHits, resetTime })))
    })
  }
}
