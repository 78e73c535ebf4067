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
  /** When its callers give up, by the monotonic clock. Known once it is queued. */
  deadlineAt = 0
  /** How often the store refused it for the moment, and how it did last. */
  refusals = 0
  refusal: StoreError | undefined
  /** It was sent again apart from other limiters' entries, which may be why a whole command was refused. */
  wasSentApart = false

  /** The limiter's queue. */
  readonly lane: Lane<Entry>
  readonly id: string
  /**
   * How much work it is for the store: 1 for an operation on one or two windows. All windows of an identifier share a key, so
   * each costs about half of the first.
   */
  readonly weight: number
  /** The time its callers have, in milliseconds. For messages, too. */
  readonly deadlineMs: number

  constructor(lane: Lane<Entry>, id: string, windows: readonly unknown[], deadlineMs: number) {
    this.lane = lane
    this.id = id
    this.weight = (windows.length + 1) >> 1
    this.deadlineMs = deadlineMs
  }

  /** The first caller that has not left. */
  abstract readonly caller: Caller | undefined
  /** Whether it has several callers. */
  abstract readonly isShared: boolean
  /** The operation as it is to be sent now. */
  abstract prepare(sentAt: number): Operation
  /** Either this or {@link failed} is called, once. */
  abstract answered(reply: Reply, timing: CommandTiming): void
  abstract failed(error: StoreError): void
  /** It was sent, did not run, and will be sent again. */
  abstract refused(): void
}
