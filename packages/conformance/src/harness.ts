import type { CounterStore, CounterWindow } from '@rl/core'

/** One counter in the storage: that of a take's `key` and one of its windows. */
export interface StoredCounter {
  readonly key: string
  readonly window: CounterWindow
}

/** In which way a stored value can't be read as a count: a list, say, where a string is expected, or a string such as `'junk'`. */
export type Unreadable = 'wrong type' | 'not a number'

/**
 * What the suite needs of a store and its storage. Every topic runs on every store: where a state can't come about in a
 * storage, its hook does nothing, and what the topic asserts must hold all the same.
 *
 * Every case makes up its own keys, so that suites may share a server, one after the other.
 *
 * @example
 * let now = Date.now()
 * const store = new MemoryStore({ now: () => now })
 * const harness: Harness = {
 *   connect: () => store,
 *   passTime: async (ms) => void (now += ms),
 *   counters: async () => store.size,
 *   expiresInMs: expiryByReading(store),
 *   poison: async () => {}, // a counter of a MemoryStore is always a number
 *   loseExpiry: async () => {}, // and its expiry is part of it
 *   forgetScripts: async () => {},
 *   close: async () => {},
 * }
 */
export interface Harness {
  /** Another store object over the same storage, as another process would have it: with a connection of its own. */
  connect(): Promise<CounterStore> | CounterStore

  /** Lets at least so many milliseconds pass on the storage's clock: real storages sleep, others may turn their clock. */
  passTime(ms: number): Promise<void>

  /** How many keys the storage holds at present, of whatever kind. Expired ones may be among them for a while. */
  counters(): Promise<number>

  /**
   * Milliseconds until the storage drops the counter, by its own word: `Infinity` if it never will, `undefined` if there is
   * no such counter. Of a storage that can't be looked into: {@link expiryByReading}.
   */
  expiresInMs(counter: StoredCounter): Promise<number | undefined>

  /** Puts something that is no count in the place of a stored counter. */
  poison(counter: StoredCounter, how: Unreadable): Promise<void>

  /** Takes the expiry off a stored counter, and leaves its value alone. */
  loseExpiry(counter: StoredCounter): Promise<void>

  /** Makes the storage forget all scripts, as a restart or a failover does (`SCRIPT FLUSH`). */
  forgetScripts(): Promise<void>

  /** Closes all connections. */
  close(): Promise<void>
}

/**
 * `expiresInMs` for storages that can't be looked into: reads the counter through the store. A counter with nothing used
 * counts as none.
 */
export function expiryByReading(store: CounterStore): Harness['expiresInMs'] {
  return async ({ key, window }) => {
    const [reply] = await store.take([{ key, windows: [{ ...window, limit: 0 }], cost: 0, times: 1 }])
    if (reply instanceof Error) throw reply
    const state = reply?.windows[0]
    if (reply === undefined || state === undefined) throw new Error('the store left a take without a reply')
    return state.used > 0 ? state.resetAt - reply.now : undefined
  }
}
