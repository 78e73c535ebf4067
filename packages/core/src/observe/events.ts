import type { DecisionSource, WindowDecision } from '../decision/types.ts'
import type { BreakerChange } from '../dispatch/watch.ts'
import type { StoreError, StoreOutcome } from '../errors.ts'

/** A call of `limit`, `isAllowed` or `peek` is settled. */
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
  /** Undefined when the call rejected. */
  readonly source: DecisionSource | undefined
  /** The decision is a candidate's, in the shadow of another limiter: nobody was let in or kept out by it. */
  readonly isShadow: boolean
  /** In the order of the limiter's windows. Empty where there are no figures. */
  readonly windows: readonly WindowDecision[]
  /** The share that is left of the fullest window: 0 to 1. Undefined where there are no figures. */
  readonly shareLeft: number | undefined
  /** When the call was made, in milliseconds by `performance.now()`. */
  readonly startedAt: number
  readonly durationMs: number
  /** Why the call rejected, or why the failure policy decided. */
  readonly error: unknown
  /** Only for observers with `includeIdentifiers: true`. */
  readonly id: string | undefined
}

/** A command was answered, has failed, or is late. A store that answers at once sends none. */
export interface CommandEvent {
  /** The store's label, see `Capabilities.label`. */
  readonly store: string
  readonly takes: number
  /** Refunds, settlements and resets. */
  readonly changes: number
  /** Calls that the command carries: several may share a take. */
  readonly callers: number
  /** For each operation, how many milliseconds it waited before the command was sent. */
  readonly queuedMs: readonly number[]
  /** When it was sent, in milliseconds by `performance.now()`. */
  readonly sentAt: number
  readonly durationMs: number
  /** `'answered'`: at least one operation was. `'unknown'` and `'not-executed'`: as a `StoreError` says. */
  readonly outcome: 'answered' | StoreOutcome
  readonly error: StoreError | undefined
}

/** Operations that the store refused for the moment are going to be sent again. */
export interface RetryEvent {
  readonly store: string
  readonly operations: number
  readonly error: StoreError | undefined
}

/** A call of a wait queue has begun to wait, or waits no longer. */
export interface WaitEvent {
  readonly policy: string
  /** `'left'`: it was aborted, or the store failed. */
  readonly state: 'waiting' | 'admitted' | 'denied' | 'left'
  /** 0 when it begins to wait. */
  readonly waitedMs: number
  /** Calls that wait in this queue now, of all identifiers. */
  readonly waiting: number
  /** Only for observers with `includeIdentifiers: true`. */
  readonly id: string | undefined
}

/**
 * What to be told of. Each function runs in the turn of the call or reply that it is about, and takes that call's time. What it
 * throws or rejects with is ignored; nobody waits for it.
 *
 * @example { decision: ({ policy, result }) => counts.add(1, { policy, result }) }
 */
export interface Observer {
  /** Whether events carry identifiers, which may be personal data. Default false. */
  readonly includeIdentifiers?: boolean | undefined
  readonly decision?: ((event: DecisionEvent) => void) | undefined
  readonly command?: ((event: CommandEvent) => void) | undefined
  readonly retry?: ((event: RetryEvent) => void) | undefined
  readonly breaker?: ((event: BreakerChange) => void) | undefined
  readonly wait?: ((event: WaitEvent) => void) | undefined
}
