import type { BreakerChange } from '@rl/core'

/** The label of the store in Redis. The memory store of each instance has a breaker too. */
export const REDIS = 'redis'

interface Log {
  warn(about: object, message: string): void
}

/** Knows whether the limiters go without Redis, and logs each change. */
export class StoreHealth {
  readonly #log: Log
  #isAway = false

  constructor(log: Log) {
    this.#log = log
  }

  /** Where limits are counted: `'local'` while Redis is away. */
  get limits(): 'shared' | 'local' {
    return this.#isAway ? 'local' : 'shared'
  }

  readonly onChange = ({ store, state, error }: BreakerChange): void => {
    if (store !== REDIS) return
    this.#isAway = state === 'open'
    const what = this.#isAway ? 'counts in memory, as Redis does not answer' : 'counts in Redis again'
    this.#log.warn({ reason: error?.message }, what)
  }
}
