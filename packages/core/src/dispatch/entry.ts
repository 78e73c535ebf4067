import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import type { StoreError } from '../errors.ts'
import type { Caller, Chunk, EntryState, Queued } from './chunk.ts'
import type { Lane } from './lane.ts'

/** When a command was sent and its reply received, by this process's monotonic clock in milliseconds. */
export interface CommandTiming {
  readonly sentAt: number
  readonly receivedAt: number
}

/** An operation on its way through a dispatcher. */
export abstract class Entry implements Queued {
  /** Changed by the dispatcher and its queues alone. */
  state: EntryState = 'new'
  /** Where it waits. */
  chunk: Chunk<Entry> | undefined
  /** When its callers give up, by the monotonic clock. 0 until it is queued, unless it is given. */
  deadlineAt: number
  /** How often the store refused it for the moment, and how it did last. */
  refusals = 0
  refusal: StoreError | undefined
  /** It was sent again apart from other limiters' entries, which may be why a whole command was refused. */
  wasSentApart = false

  /** The limiter's queue. */
  readonly lane: Lane<Entry>
  readonly id: string
  /** The time its callers have, in milliseconds. For messages, too. */
  readonly deadlineMs: number

  constructor(lane: Lane<Entry>, id: string, deadlineMs: number, deadlineAt = 0) {
    this.lane = lane
    this.id = id
    this.deadlineMs = deadlineMs
    this.deadlineAt = deadlineAt
  }

  /** How much work it is for the store: 1 for an operation on one or two windows. */
  abstract readonly weight: number
  /** The first caller that has not left. */
  abstract readonly caller: Caller | undefined
  /** Whether it has several callers. */
  abstract readonly isShared: boolean
  /** The operation as it is to be sent now. */
  abstract prepare(sentAt: number): Operation
  /**
   * Either this or {@link failed} is called, once.
   *
   * @returns an entry to ask in its place, under the same deadline.
   */
  abstract answered(reply: Reply, timing: CommandTiming): Entry | undefined
  abstract failed(error: StoreError): void
  /** It was sent, did not run, and will be sent again. */
  abstract refused(): void
}
