import type { Operation } from './operations.ts'
import type { Reply } from './replies.ts'

/** Further abilities of a store, each optional. */
export interface Capabilities {
  /**
   * How many commands to keep under way while many callers wait: an integer from 1. More commands let client and server work
   * at the same time, but each is one that the server runs and that some services bill. Default 1.
   */
  readonly parallelism?: number | undefined
  /**
   * Answers one operation at once, for stores in the caller's own process: no round trip is shared, no turn is waited. Same
   * results as `apply`. The reply object may be used again for the next operation: read it at once. May throw.
   */
  readonly answersAtOnce?: ((operation: Operation) => Reply | Error) | undefined
  /**
   * Whether the client sends a command again by itself when the reply was lost, so that a command can run twice. Adjustments
   * then carry a token, so that they take effect once. Default false.
   */
  readonly resends?: boolean | undefined
  /**
   * Stores with the same object here are the same storage by the same client: their limiters share commands and a circuit
   * breaker. `apply` of any of them must serve all. Default: the store itself.
   */
  readonly sharedBy?: object | undefined
  /** The store's name in events and messages, such as `'ioredis'`. No secrets. Default `'store'`. */
  readonly label?: string | undefined
  /**
   * The version of this contract that the store was written for. A store for another version is refused when a limiter is
   * made. Default 1.
   */
  readonly contract?: 1 | undefined
}

/**
 * Where counters live. A counter belongs to one scope, identifier and window, counts used units, and vanishes when its window
 * ends.
 *
 * Rules for every store; `@rl/conformance` checks all of them:
 * - each operation is atomic, across all processes that share the storage;
 * - a take that is denied changes nothing;
 * - the store's own clock decides, never the caller's;
 * - a counter gets its value and its expiry in one step, is never seen without expiry, and one found without is healed;
 * - a counter that can't be read (another type, not a number) fails its own operation, with an error in its place.
 */
export interface CounterStore {
  /**
   * Applies the operations in order and answers each in its place. None at all are answered by an empty list.
   *
   * A rejection fails all of them. Reject with a `StoreError` to say whether any may have been executed; any other error counts
   * as `'unknown'`.
   */
  apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]>
  readonly capabilities?: Capabilities | undefined
}
