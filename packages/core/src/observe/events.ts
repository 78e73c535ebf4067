import type { DecisionSource, WindowDecision } from '../decision/types.ts'
import type { BreakerChange } from '../dispatch/watch.ts'
import type { StoreError, StoreOutcome } from '../errors.ts'

/**
 * A call of `limit`, `isAllowed` or `peek` is settled. Of a wait queue, the call is the queue's, however often it asked the limiter
 * inside.
 */
export interface DecisionEvent {
  /** The limiter's name. */
  readonly policy: string
  /** The store's label, see `Capabilities.label`. */
  readonly store: string
  readonly operation: 'limit' | 'peek'
  /**
   * `'error'`: the call rejected, as the store failed (a `StoreError`), an option was wrong (an `OptionError`), or the call was
   * aborted (the signal's reason).
   */
  readonly result: 'allowed' | 'denied' | 'error'
  /** Where the decision came from. Undefined when the call rejected. */
  readonly source: DecisionSource | undefined
  /** The decision is a candidate's, in the shadow of another limiter: nobody was let in or kept out by it. */
  readonly isShadow: boolean
  /** In the order of the limiter's windows. Empty where there are no figures. */
  readonly windows: readonly WindowDecision[]
  /** The share that is left of the fullest window: 0 to 1. Undefined where there are no figures. */
  readonly shareLeft: number | undefined
  /** When the call was made, in milliseconds by `performance.now()`. */
  readonly startedAt: number
  /** Until it was settled, in milliseconds. */
  readonly durationMs: number
  /** Why the call rejected, or why the failure policy decided. */
  readonly error: unknown
  /** Only for observers with `includeIdentifiers: true`. */
  readonly id: string | undefined
}

/**
 * A command was answered, has failed, or is late: it is told once, whichever comes first. It is late past the longest deadline
 * of the store's limiters. A store that answers at once is sent none.
 */
export interface CommandEvent {
  /** The store's label, see `Capabilities.label`. */
  readonly store: string
  /** Takes and peeks. */
  readonly takes: number
  /** Refunds, settlements and resets. */
  readonly changes: number
  /** Calls that the command carries: several may share a take. */
  readonly callers: number
  /** For each operation, milliseconds from the call (of several that share a take, the first one) until the command was sent. */
  readonly queuedMs: readonly number[]
  /** When it was sent, in milliseconds by `performance.now()`. */
  readonly sentAt: number
  /** Until the reply was read, or until the command was found to be late, in milliseconds. */
  readonly durationMs: number
  /** `'answered'`: at least one operation was. `'unknown'` and `'not-executed'`: as a `StoreError` says. */
  readonly outcome: 'answered' | StoreOutcome
  /** Why it was not answered. */
  readonly error: StoreError | undefined
}

/** Operations that the store refused for the moment are going to be sent again. */
export interface RetryEvent {
  /** The store's label, see `Capabilities.label`. */
  readonly store: string
  /** How many operations. */
  readonly operations: number
  /** How the store refused the first of them. */
  readonly error: StoreError | undefined
}

/** A call of a wait queue was denied and has begun to wait for room, or waits no longer. */
export interface WaitEvent {
  /** The limiter's name. */
  readonly policy: string
  /** `'left'`: it was aborted, or the store failed. */
  readonly state: 'waiting' | 'admitted' | 'denied' | 'left'
  /** Milliseconds since it began to wait: 0 when it begins. */
  readonly waitedMs: number
  /** Calls that wait in this queue now, of all identifiers. */
  readonly waiting: number
  /** Only for observers with `includeIdentifiers: true`. */
  readonly id: string | undefined
}

/**
 * Functions that get events; all are optional. Each function runs in the turn of the call or reply that it is about, and takes that
 * call's time; `buffered` moves it into a later turn. Errors and rejections are ignored; nobody waits for it. Call no
 * limiter from `command`, `retry` or `breaker`: it may send a command, which is told again.
 *
 * @example
 * const counts = new Map<string, number>()
 * const observer: Observer = { decision: ({ result }) => counts.set(result, (counts.get(result) ?? 0) + 1) }
 */
export interface Observer {
  /**
   * Whether decisions and waits carry identifiers, which may be personal data. Default false: then no event does, as errors carry
   * none either. The reason of an `AbortSignal` is passed on as it is.
   */
  readonly includeIdentifiers?: boolean | undefined
  readonly decision?: ((event: DecisionEvent) => unknown) | undefined
  readonly command?: ((event: CommandEvent) => unknown) | undefined
  readonly retry?: ((event: RetryEvent) => unknown) | undefined
  /** It opened or closed, or it was open when `observe` was called. */
  readonly breaker?: ((event: BreakerChange) => unknown) | undefined
  readonly wait?: ((event: WaitEvent) => unknown) | undefined
}
