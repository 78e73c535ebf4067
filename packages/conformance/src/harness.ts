import type { CounterStore, CounterWindow, Subject } from '@rl/core'

/** One counter in the storage: that of one scope, identifier and window. */
export interface StoredCounter extends Subject {
  readonly window: CounterWindow
}

/** How a stored value is spoilt: another type (a list where a string is expected), or a string such as `'junk'`. */
export type Unreadable = 'wrong type' | 'not a number'

/**
 * The suite's access to a store and its storage. Only {@link Harness.connect} is required. Each hook that is left out takes
 * its checks out of the cases. No case is skipped: what can be seen through the store is checked anyway.
 *
 * No two cases use the same identifier, so that suites may share a server.
 *
 * @example
 * let now = Date.now()
 * const store = new MemoryStore({ now: () => now })
 * const harness: Harness = {
 *   connect: () => store,
 *   moveClock: (ms) => {
 *     now += ms
 *   },
 *   keys: () => store.size,
 * }
 * describeCounterStore('MemoryStore', () => harness)
 */
export interface Harness {
  /** Another store object on the same storage, as another process would have it: with its own connection. */
  connect(): Promise<CounterStore> | CounterStore

  /**
   * Moves the storage's clock forward by exactly this many milliseconds. Without: the suite sleeps until the store's answers
   * show that the time has passed, and runs up to 32 cases at the same time.
   */
  moveClock?(ms: number): Promise<void> | void

  /** How many keys the storage holds, of any kind. Expired ones may be counted for a few seconds. */
  keys?(): Promise<number> | number

  /**
   * Milliseconds until the storage itself drops the counter: `Infinity` if never, `undefined` if the storage holds no such counter.
   * Where several counters of one identifier share a key, the key's expiry.
   */
  expiresInMs?(counter: StoredCounter): Promise<number | undefined> | number | undefined

  /** Puts a value that is no count in the place of a stored counter, and keeps its expiry. Neighbours in the same key may go with it. */
  poison?(counter: StoredCounter, how: Unreadable): Promise<void> | void

  /** Takes the expiry off a stored counter, and leaves its value as it is (`PERSIST`). */
  loseExpiry?(counter: StoredCounter): Promise<void> | void

  /** Makes the storage forget all scripts, as a restart or a failover does (`SCRIPT FLUSH`). */
  forgetScripts?(): Promise<void> | void

  /** Called once, after the last case. */
  close?(): Promise<void> | void
}
