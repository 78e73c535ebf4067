import type { BreakerChange, Decision, Operation, Settlement, Take } from '../../src/index.ts'
import type { Actor } from './world/actor.ts'
import type { Group } from './world/group.ts'
import type { Execution } from './world/storage.ts'

/** The result of an operation, as its sender is to see it. */
export type Fate = 'answered' | 'refused for the moment' | 'refused' | 'unknown'

/** An operation within a command, as it was when it was sent. */
export interface Sent {
  readonly sequence: number
  readonly command: Command
  readonly original: Operation
  readonly operation: Operation
  /** Of a take's times, how many are for calls that wait. */
  readonly callers: number
  execution: Execution | undefined
  timesExecuted: number
  /** Those whose calls travel in it, where that is known. */
  calls: Call[]
  fate: Fate | undefined
  change: Change | undefined
  /** How many of the callers' answers were given, where it is not known whose they are. */
  answersGiven: number
}

export interface Command {
  readonly group: Group
  readonly sentAt: number
  readonly sent: readonly Sent[]
  landedSequence: number | undefined
  /** It failed as a whole. */
  isWhole: boolean
}

/** A call of a limiter's user. */
export interface Call {
  readonly sequence: number
  readonly actor: Actor
  readonly id: string
  /** Decides whether calls can share a take. */
  readonly signature: string
  readonly costs: readonly number[]
  readonly limits: readonly number[]
  readonly isPeek: boolean
  readonly at: number
  readonly deadlineAt: number
  readonly stalledBefore: number
  isAborted: boolean
  /** In which operation it travels. */
  travelsIn: Sent | undefined
  timesSent: number
  /** When the store refused it for the moment last. */
  refusedAt: number | undefined
  settledSequence: number | undefined
  settledAt: number
  decision: Decision | undefined
  error: unknown
}

/** A refund, a settlement, a reset, or units that a lease gives back. */
export interface Change {
  readonly sequence: number
  readonly kind: 'refund' | 'settle' | 'reset' | 'give back'
  readonly actor: Actor
  readonly id: string
  /** The change of a refund or a settlement, for each window. */
  readonly units: readonly number[]
  readonly at: number
  readonly stalledBefore: number
  isAborted: boolean
  /** Whose stores were asked. */
  readonly groups: Group[]
  latest: Sent | undefined
  settledSequence: number | undefined
  settledAt: number
  result: boolean | Settlement | undefined
  error: unknown
}

export type Item =
  | { readonly kind: 'sent'; readonly command: Command }
  | { readonly kind: 'landed'; readonly command: Command; readonly sequence: number }
  | { readonly kind: 'call settled'; readonly call: Call }
  | { readonly kind: 'breaker changed'; readonly change: BreakerChange }
  | { readonly kind: 'change settled'; readonly change: Change }

/** The events of the present step. */
export class Journal {
  items: Item[] = []

  add(item: Item): void {
    this.items.push(item)
  }

  take(): readonly Item[] {
    const { items } = this
    this.items = []
    return items
  }
}

/** A take as it is now: the limiter changes it when it sends it again. */
export function copyOf(operation: Operation): Operation {
  if (operation.kind !== 'take') return operation
  const { kind, scope, id, windows, costs, times }: Take = operation
  return { kind, scope, id, windows, costs, times }
}
