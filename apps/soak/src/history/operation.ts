import type { Decision, FixedWindow, WindowDecision } from '@rl/core'

/** One caller's operation and its result. Times are those of the history's {@link Clock}. */
export type Operation = Ask | Refund | Settle | Reset | Look

interface Called {
  readonly id: string
  /** Before anything was sent. */
  readonly invoked: number
  /** After the outcome was known. */
  readonly returned: number
}

/** A call without an answer: it certainly charged nothing, or it may have, then or at any later time. */
export type Failure = 'not-executed' | 'unknown'

/** The kept part of a decision that came from a counter. */
export interface Answer {
  readonly allowed: boolean
  readonly source: Exclude<Decision['source'], 'failure-policy' | 'fallback'>
  /** In the order of the history's windows. */
  readonly windows: readonly Pick<WindowDecision, 'limit' | 'remaining' | 'resetAt' | 'resetAfterMs'>[]
}

/** `limit` takes units, `peek` does not. */
export interface Ask extends Called {
  readonly kind: 'limit' | 'peek'
  readonly cost: number
  /** The limit of each window that it was to be checked against. */
  readonly limits: readonly number[]
  readonly result: Answer | Failure
}

export interface Refund extends Called {
  readonly kind: 'refund'
  /** Units to give back. */
  readonly cost: number
  /** The windows in which they were taken. */
  readonly resetAts: readonly number[]
  /** Whether any window got units back. */
  readonly result: 'given' | 'nothing' | Failure
}

/** By `settle`, or by a receipt that was sent until its outcome was known. */
export interface Settle extends Called {
  readonly kind: 'settle'
  /** Units charged in addition, or given back if negative. */
  readonly change: number
  /** The windows in which they were taken. */
  readonly resetAts: readonly number[]
  /** Whether any window was still open. */
  readonly result: 'settled' | 'nothing' | Failure
}

export interface Reset extends Called {
  readonly kind: 'reset'
  readonly result: 'done' | Failure
}

/** A counter as it is stored. */
interface Stored {
  readonly used: number
  readonly resetAt: number
  /** Milliseconds until the identifier's key expires, with all its counters; negative if it never does. */
  readonly ttlMs: number
}

/** A look past the limiter at all counters of an identifier, in one atomic step. */
export interface Look extends Called {
  readonly kind: 'look'
  /** The store's clock, in milliseconds since the epoch. */
  readonly now: number
  /** In the order of the history's windows; nothing where no window is open. */
  readonly counters: readonly (Stored | undefined)[]
}

/** Everything that was done under one policy. */
export interface History {
  readonly windows: readonly FixedWindow[]
  readonly operations: readonly Operation[]
  /** Set where units are taken ahead: by how many holders, and how many each may hold of one window at most. */
  readonly ahead?: { readonly holders: number; readonly units: number } | undefined
}

export function isAsk(operation: Operation): operation is Ask {
  return operation.kind === 'limit' || operation.kind === 'peek'
}

export function isAnswered(ask: Ask): ask is Ask & { readonly result: Answer } {
  return typeof ask.result === 'object'
}

/** Whether it took units for certain. */
export function isCharged(ask: Ask): ask is Ask & { readonly result: Answer } {
  return ask.kind === 'limit' && ask.cost > 0 && isAnswered(ask) && ask.result.allowed
}
