import type { Anchor, Operation, Reply, StoreOutcome } from '@rl/core'
import type { DurableObjectStoreOptions } from '../../src/options.ts'

/** An order of a test to the Worker. */
export type Order =
  | { readonly do: 'apply'; readonly options: StoreOptions; readonly operations: readonly Operation[] }
  | ({ readonly do: 'limit' } & LimitOrder)
  | { readonly do: 'move clock'; readonly ms: number }
  | { readonly do: 'ask object'; readonly object: string; readonly order: ObjectOrder }

/** Calls of one request, all at once. */
export interface LimitOrder {
  readonly options: StoreOptions
  readonly limiter: {
    readonly name: string
    readonly limit: number
    /** In milliseconds. */
    readonly window: number
    readonly anchor?: Anchor
    readonly deadlineMs?: number
  }
  readonly ids: readonly string[]
}

export type StoreOptions = DurableObjectStoreOptions & { readonly binding?: 'LIMITS' | 'WITHOUT_SQL' }

/** An order to an object, past the store. */
export type ObjectOrder =
  | { readonly do: 'sql'; readonly query: string; readonly bindings: readonly (string | number)[] }
  /** Returns what was billed since the last such order. */
  | { readonly do: 'bill' }
  | { readonly do: 'alarm' }
  /** Calls what the alarm calls. */
  | { readonly do: 'sweep' }
  /** Sets the alarm to now. */
  | { readonly do: 'ring' }
  /** Resets the object once it has written what the next request changes, in place of an answer. */
  | { readonly do: 'die in the next call' }

/** A reply, or an error as JSON. */
export type Told = Reply | Failed

export interface Failed {
  readonly failed: string
  readonly outcome: StoreOutcome
  readonly cause: string
}

export interface Bill {
  readonly requests: number
  readonly read: number
  readonly written: number
  readonly alarmsSet: number
}

/** The value of an order, or why it failed. */
export interface Answer {
  readonly value?: unknown
  readonly error?: string
}
