import type { CounterStore, Operation, Reply } from '@rl/core'
import { Clock } from './clock.ts'
import { Keys } from './keys/keys.ts'
import { adjust } from './operations/adjust.ts'
import { clear } from './operations/clear.ts'
import { Takes } from './operations/take.ts'
import { type MemoryStoreOptions, parseOptions, type Settings } from './options.ts'

/** Further options of a {@link MemoryStore}. */
export interface MemoryCapabilities {
  /** @throws {StoreError} if the clock returns no integer. */
  readonly answersAtOnce: (operation: Operation) => Reply | Error
  readonly label: string
}

/**
 * Counters in this process's memory: for tests, for a single process, or as a fallback. Answers as Redis would. Bounded by
 * `maxKeys`. Starts no timers.
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

  /** Identifiers with an open window, and tokens that are remembered. Takes time in proportion to what is held. */
  get size(): number {
    const now = this.#clock.read()
    return this.#keys.countOpen(now)
  }

  /**
   * Forgets all identifiers of the limiter with this name, as its `reset` forgets one. Takes time in proportion to them. Fast
   * paths of the limiter don't notice.
   *
   * @example store.resetAll('api')
   */
  resetAll(name: string): void {
    this.#keys.clear(name)
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
        return this.#takes.take(operation, now)
      case 'adjust':
        return adjust(this.#keys, operation, now)
      case 'clear':
        return clear(this.#keys, operation, now)
    }
  }

  #forgetAll(): void {
    this.#keys = new Keys(this.#settings)
    this.#takes = new Takes(this.#keys)
  }
}
