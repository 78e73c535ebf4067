import type { Capabilities, CounterStore, Operation, Reply } from '@rl/core'
import { checkMethods, ownOptions } from '@rl/core/check'
import { MemoryStore } from '@rl/memory'
import { type TestClock, testClock } from '../clock.ts'
import { type FailOptions, Failure } from './failure.ts'
import { Gate, type Hold } from './hold.ts'

/**
 * Options of `testStore`.
 *
 * @example { clock: testClock() }
 * @example { clock: 'system' }
 */
export interface TestStoreOptions {
  /**
   * The store's clock. `'system'` is `Date.now`, looked up at each call: for tests that fake their framework's timers. Default: a
   * `testClock()`.
   */
  readonly clock?: TestClock | 'system' | undefined
}

/** A store in this process that answers as Redis does, in a later turn of the event loop, and fails as a test says. */
export interface TestStore extends CounterStore {
  /**
   * Fails calls from now on. Several at once are tried in the order in which they were made; the first that applies decides.
   *
   * @returns a function that ends it.
   * @throws {OptionError} naming the option that is wrong.
   * @example
   * const heal = store.fail()
   * heal()
   */
  fail(options?: FailOptions): () => void
  /**
   * Lets calls wait, without a timer: a slow store, or one that hangs, so that calls reach their deadlines.
   *
   * @example
   * const held = store.hold()
   * const call = limiter.limit('user_123')
   * await held.arrived
   * held.release()
   */
  hold(): Hold
  /**
   * Forgets all counters, ends all failures and releases what is held: for a limiter that was made once for all tests.
   *
   * @example store.reset()
   */
  reset(): void
}

/**
 * A store for tests: it starts no timers and no servers.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * const clock = testClock()
 * const store = testStore({ clock })
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1m' })
 */
export function testStore(options: TestStoreOptions = {}): TestStore {
  const { clock = testClock() } = ownOptions('options', options, ['clock'])
  if (clock === 'system') return new FailingStore(() => Date.now())
  checkMethods('clock', clock, ['now'], "a testClock() or 'system'")
  return new FailingStore(clock.now)
}

class FailingStore implements TestStore {
  readonly capabilities: Capabilities = { label: 'test' }
  readonly #now: () => number
  #counters: MemoryStore
  #failures: readonly Failure[] = []
  #gate: Gate | undefined

  constructor(now: () => number) {
    this.#now = now
    this.#counters = this.#empty()
  }

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    await this.#gate?.pass()
    const failure = this.#failureOf(operations)
    if (failure === undefined) return this.#counters.apply(operations)
    const { only, error, runs } = failure
    const answers: (Reply | Error)[] = []
    for (const operation of operations) {
      const fails = only?.(operation) ?? true
      const [reply = error] = fails && !runs ? [] : await this.#counters.apply([operation])
      answers.push(fails ? error : reply)
    }
    if (only === undefined) throw error
    return answers
  }

  fail(options: FailOptions = {}): () => void {
    const failure = new Failure(options, this.#now())
    this.#failures = [...this.#failures, failure]
    return () => {
      this.#failures = this.#failures.filter((each) => each !== failure)
    }
  }

  hold(): Hold {
    if (this.#gate === undefined || this.#gate.isOpen) this.#gate = new Gate()
    return this.#gate
  }

  reset(): void {
    this.#failures = []
    this.#gate?.release()
    this.#counters = this.#empty()
  }

  #failureOf(operations: readonly Operation[]): Failure | undefined {
    const now = this.#now()
    this.#failures = this.#failures.filter((failure) => !failure.isOver(now))
    return this.#failures.find((failure) => failure.strikes(operations))
  }

  #empty(): MemoryStore {
    return new MemoryStore({ now: this.#now })
  }
}
