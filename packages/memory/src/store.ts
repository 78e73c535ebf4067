import { type CounterStore, type Operation, type Reply, StoreError } from '@rl/core'
import { Clock } from './clock.ts'
import { Keys } from './keys/keys.ts'
import { adjust } from './operations/adjust.ts'
import { clear } from './operations/clear.ts'
import { Takes } from './operations/take.ts'
import { type MemoryStoreOptions, parseOptions, type Settings } from './options.ts'

/** What a {@link MemoryStore} can do besides. */
export interface MemoryCapabilities {
  /** @throws {StoreError} if the clock returns no integer. */
  readonly answersAtOnce: (operation: Operation) => Reply | Error
  readonly label: string
}

/**
 * Counters in this process's memory: for tests, for a single process, or as a fallback. Answers as Redis would. Bounded by
 * `maxKeys`; at the bound an ended counter or token goes first, then the least used of 16 counters picked at random among
 * those below their limit. Starts no timers.
 *
 * @example
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), limit: 100, window: '1m' })
 */
export class MemoryStore implements CounterStore {
  readonly capabilities: MemoryCapabilities = {
    answersAtOnce: (operation) => this.#answer(operation, this.#clock.read()),
    label: 'memory',
  }
  readonly #settings: Settings
  readonly #clock: Clock
  #keys: Keys
  #takes: Takes

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(options: MemoryStoreOptions = {}) {
    this.#settings = parseOptions(options)
    this.#clock = new Clock(this.#settings.now, () => this.#forgetAll())
    this.#keys = new Keys(this.#settings)
    this.#takes = new Takes(this.#keys)
  }

  /** Counters in open windows and tokens that are remembered. Takes time in proportion to what is held. */
  get size(): number {
    const now = this.#clock.read()
    return this.#keys.countOpen(now)
  }

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const now = this.#clock.read()
    return operations.map((operation) => {
      const reply = this.#answer(operation, now)
      return 'timesTaken' in reply ? { ...reply, windows: reply.windows.map((state) => ({ ...state })) } : reply
    })
  }

  #answer(operation: Operation, now: number): Reply | Error {
    this.#keys.sweep(now)
    switch (operation.kind) {
      case 'take':
        return this.#takes.take(operation, now) ?? this.#full()
      case 'adjust':
        return adjust(this.#keys, operation, now) ?? this.#full()
      case 'clear':
        return clear(this.#keys, operation, now)
    }
  }

  #full(): StoreError {
    const message = `the memory store is full: all ${this.#settings.maxKeys} keys (maxKeys) are counters at their limits or tokens`
    return new StoreError(message, { outcome: 'not-executed' })
  }

  #forgetAll(): void {
    this.#keys = new Keys(this.#settings)
    this.#takes = new Takes(this.#keys)
  }
}
