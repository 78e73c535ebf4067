import { checkReply } from '../contract/check-reply.ts'
import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import type { CounterStore } from '../contract/store.ts'
import { StoreError, toStoreError } from '../errors.ts'
import type { Caller } from './chunk.ts'
import type { Entry } from './entry.ts'
import { lateError } from './late-error.ts'
import { runtime } from './runtime.ts'
import { answer, fail } from './settle.ts'

/** A command under way. */
export interface Flight {
  entries: readonly Entry[]
  operations: readonly Operation[]
  sentAt: number
  /** In whose context it was sent, and in which lane that caller waits. */
  carrier: Caller | undefined
  carrierLane: object | undefined
  /** All callers have given up. The command no longer counts as under way, but its reply still tells how the store is. */
  isGivenUp: boolean
  /** The breaker has counted it as failed already. */
  isOverdue: boolean
}

/** An entry that the store did not answer. */
export interface Failure {
  readonly entry: Entry
  readonly error: StoreError
}

/** What a reply brought. */
export interface Landing {
  readonly flight: Flight
  readonly receivedAt: number
  /** The store answered at least one operation. */
  readonly hasAnswer: boolean
  /** Why the command failed as a whole. */
  readonly whole: StoreError | undefined
  readonly failures: readonly Failure[]
}

/** The commands under way. */
export class InFlight {
  /** In the order they were sent. An array: a Set that lives on drags garbage into the old generation of the heap. */
  readonly flights: Flight[] = []
  /** Commands that somebody still waits for. */
  size = 0
  readonly #store: CounterStore
  readonly #landed: (landing: Landing) => void

  constructor(store: CounterStore, landed: (landing: Landing) => void) {
    this.#store = store
    this.#landed = landed
  }

  *entries(): Generator<Entry> {
    for (const { entries } of this.flights) yield* entries
  }

  /** Counts a command as under way, to be sent soon. */
  add(entries: readonly Entry[]): Flight {
    for (const entry of entries) entry.state = 'in-flight'
    const flight: Flight = {
      entries,
      operations: [],
      sentAt: Number.POSITIVE_INFINITY,
      carrier: undefined,
      carrierLane: undefined,
      isGivenUp: false,
      isOverdue: false,
    }
    this.flights.push(flight)
    this.size++
    return flight
  }

  /** Sends the command. What nobody waits for any more is left out. */
  send(flight: Flight): void {
    const sentAt = runtime.now()
    const entries: Entry[] = []
    const operations: Operation[] = []
    for (const entry of flight.entries) {
      if (entry.state !== 'in-flight') continue
      if (entry.caller === undefined) {
        entry.state = 'settled'
      } else if (entry.deadlineAt <= sentAt) {
        fail(entry, lateError(entry, 'not-executed'))
      } else {
        try {
          operations.push(entry.prepare(sentAt))
          entries.push(entry)
        } catch (error) {
          fail(entry, toStoreError(error)) // a fast path threw
        }
      }
    }
    flight.sentAt = sentAt
    flight.entries = entries
    flight.operations = operations
    if (entries.length === 0) return this.#land(flight, [])
    // Not async: each extra await adds measurable latency.
    this.#apply(operations).then(
      (replies) => this.#land(flight, replies),
      (error: unknown) => this.#land(flight, toStoreError(error)),
    )
  }

  forget(flight: Flight): void {
    const place = this.flights.indexOf(flight)
    if (place >= 0) this.flights.splice(place, 1)
  }

  /** The command no longer counts as under way. */
  giveUp(flight: Flight): void {
    if (!flight.isGivenUp) this.size--
    flight.isGivenUp = true
  }

  #apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    try {
      return Promise.resolve(this.#store.apply(operations))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #land(flight: Flight, result: readonly (Reply | Error)[] | StoreError): void {
    this.forget(flight)
    this.giveUp(flight)
    const receivedAt = runtime.now()
    const timing = { sentAt: flight.sentAt, receivedAt }
    const { entries, operations } = flight
    const whole = result instanceof StoreError ? result : undefined
    const failures: Failure[] = []
    let hasAnswer = false
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as Entry
      try {
        if (result instanceof StoreError) throw result
        const reply = checkReply(operations[i] as Operation, result?.[i])
        hasAnswer = true
        // What its callers gave up is left out: nothing is learnt from a late reply.
        if (entry.state === 'in-flight') answer(entry, reply, timing)
      } catch (thrown) {
        if (entry.state === 'in-flight') failures.push({ entry, error: toStoreError(thrown) })
      }
    }
    this.#landed({ flight, receivedAt, hasAnswer, whole, failures })
  }
}
