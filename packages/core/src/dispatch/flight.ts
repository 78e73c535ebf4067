import { checkReply } from '../contract/check-reply.ts'
import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import type { CounterStore } from '../contract/store.ts'
import { StoreError, toStoreError } from '../errors.ts'
import type { Background } from './background.ts'
import type { Chunk } from './chunk.ts'
import type { Entry } from './entry.ts'
import { canRetry, chunksToRetry } from './retry.ts'
import { runtime } from './runtime.ts'

type Replies = readonly (Reply | Error)[]

/** A command under way. */
export class Flight {
  readonly #chunks: readonly Chunk<Entry>[]
  entries: Entry[] = []
  readonly #operations: Operation[] = []
  /** By the monotonic clock, as the other times are. */
  sentAt: number = Number.POSITIVE_INFINITY
  receivedAt = 0
  /** All callers have given up. The command no longer counts as under way, but its reply still tells how the store is. */
  isGivenUp = false
  /** The breaker has counted it as failed already. */
  isOverdue = false
  /** The store answered at least one operation. */
  hasAnswer = false
  /** The failure for the breaker to count if there is no answer. */
  failure: StoreError | undefined = undefined
  /** Chunks to be sent again. */
  refused: readonly Chunk<Entry>[] = []
  /** Why the command, or the first of its operations that failed, was not answered. */
  error: StoreError | undefined = undefined
  /** Called when its reply was read, and with an error when it is overdue. Somebody listens only while the store is observed. */
  ended: ((late?: StoreError) => void) | undefined = undefined

  constructor(chunks: readonly Chunk<Entry>[]) {
    this.#chunks = chunks
    for (const { entries } of chunks) this.entries.push(...entries)
  }

  get isShared(): boolean {
    return this.entries.length > 1 || this.entries[0]?.isShared === true
  }

  /** Runs the job soon, in the context of a caller that still waits. */
  runInContext(background: Background, job: () => void): void {
    const isCarried = this.#chunks.some((chunk) =>
      // The caller may have aborted in between.
      chunk.runInContext((caller) => (caller.isWaiting ? job() : this.runInContext(background, job))),
    )
    if (!isCarried) background.run(job)
  }

  /** Sends what somebody still waits for. */
  send(store: CounterStore, landed: () => void): void {
    const sentAt = runtime.now()
    this.sentAt = sentAt
    this.entries = this.entries.filter((entry) => {
      const operation = entry.depart(sentAt)
      if (operation !== undefined) this.#operations.push(operation)
      return operation !== undefined
    })
    if (this.entries.length === 0) return landed()
    // Not async: each extra await adds measurable latency.
    apply(store, this.#operations).then(
      (replies) => {
        this.#read(replies)
        landed()
      },
      (error: unknown) => {
        this.#read(toStoreError(error))
        landed()
      },
    )
  }

  #read(result: Replies | StoreError): void {
    const receivedAt = runtime.now()
    this.receivedAt = receivedAt
    const { entries, sentAt } = this
    const timing = { sentAt, receivedAt }
    const whole = result instanceof StoreError ? result : undefined
    // Other limiters' entries may be why a whole command was refused: each limiter's are sent again apart.
    const isApart =
      whole?.outcome === 'not-executed' && !whole.transient && entries.some(({ lane }) => lane !== entries[0]?.lane)
    // A command that fails after all its callers gave up says how the store is, too.
    if (this.isGivenUp) this.failure = whole
    let isRefused = false
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as Entry
      try {
        if (result instanceof StoreError) throw result
        const reply = checkReply(this.#operations[i] as Operation, result?.[i])
        this.hasAnswer = true
        // Entries that their callers gave up are left out: nothing is learnt from a late reply.
        if (entry.state === 'in-flight') entry.answer(reply, timing)
      } catch (thrown) {
        const error = toStoreError(thrown)
        this.error ??= error
        if (entry.state !== 'in-flight') continue
        if (isApart || canRetry(entry, error, receivedAt)) {
          entry.refuse(error)
          isRefused = true
        } else {
          if (whole !== undefined || error.outcome === 'unknown') this.failure ??= error
          entry.fail(error)
        }
      }
    }
    if (isRefused) this.refused = chunksToRetry(this.#chunks, receivedAt, isApart)
  }
}

function apply(store: CounterStore, operations: readonly Operation[]): Promise<Replies> {
  try {
    return Promise.resolve(store.apply(operations))
  } catch (error) {
    return Promise.reject(error)
  }
}
