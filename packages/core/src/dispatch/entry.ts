import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import { StoreError, type StoreOutcome, toStoreError } from '../errors.ts'
import type { Chunk, EntryState, Queued } from './chunk.ts'
import type { Lane } from './lane.ts'

/** When a command was sent and its reply received, by this process's monotonic clock in milliseconds. */
export interface CommandTiming {
  /** Milliseconds, by `performance.now()`. */
  readonly sentAt: number
  /** Milliseconds, by `performance.now()`. */
  readonly receivedAt: number
}

/** An operation on its way through a dispatcher. A fast path that throws fails its own entry, and no other. */
export abstract class Entry implements Queued {
  state: EntryState = 'queued'
  /** Where it waits, or is under way. */
  chunk: Chunk<Entry> | undefined = undefined
  /** When its callers give up, by the monotonic clock. Known once it is queued. */
  deadlineAt = 0
  /** Whether it has, or had, several callers. */
  isShared = false
  apart: object | undefined = undefined
  /** How the store refused it last. */
  #refusal: StoreError | undefined

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

  /** The operation, which is sent now; undefined if nobody waits for it any more. */
  depart(sentAt: number): Operation | undefined {
    if (this.state === 'settled') return undefined
    if (this.deadlineAt <= sentAt) {
      this.fail(this.lateError('not-executed'))
      return undefined
    }
    try {
      const operation = this.prepare(sentAt)
      this.state = operation === undefined ? 'settled' : 'in-flight'
      return operation
    } catch (error) {
      this.fail(toStoreError(error))
      return undefined
    }
  }

  answer(reply: Reply, timing: CommandTiming): void {
    this.state = 'settled'
    try {
      this.answered(reply, timing)
    } catch (error) {
      this.fail(toStoreError(error))
    }
  }

  /** It was sent, did not run, and will be sent again. */
  refuse(error: StoreError): void {
    this.state = 'refused'
    this.#refusal = error
    try {
      this.refused()
    } catch (error) {
      this.fail(toStoreError(error))
    }
  }

  fail(error: StoreError): void {
    this.state = 'settled'
    try {
      this.failed(error)
    } catch {
      // A fast path threw. The callers have their error.
    }
  }

  /** The error of its callers if they waited for their deadline. */
  lateError(outcome: StoreOutcome): StoreError {
    const cause = this.#refusal && { cause: this.#refusal }
    return new StoreError(`the store did not answer within ${this.deadlineMs} ms`, { outcome, ...cause })
  }

  /** The operation as it is to be sent now; undefined if all callers have left. */
  protected abstract prepare(sentAt: number): Operation | undefined
  /** Either this or {@link failed} is called, once. */
  protected abstract answered(reply: Reply, timing: CommandTiming): void
  protected abstract failed(error: StoreError): void
  protected abstract refused(): void
}
