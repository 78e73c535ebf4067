import type { BreakerChange } from '@rl/core'

interface Log {
  warn(about: object, message: string): void
}

/** Knows which limiters go without Redis, and says so in the log when that changes. */
export class StoreHealth {
  readonly #log: Log
  readonly #away = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  /** Where limits are counted: `'local'` while any limiter does without Redis. */
  get limits(): 'shared' | 'local' {
    return this.#away.size === 0 ? 'shared' : 'local'
  }

  readonly onChange = ({ name, store, state, error }: BreakerChange): void => {
    if (store !== 'store') return
    if (state === 'open') this.#away.add(name)
    else this.#away.delete(name)
    const what = state === 'open' ? 'counts in memory, as Redis does not answer' : 'counts in Redis again'
    this.#log.warn({ limiter: name, reason: error?.message }, what)
  }
}
