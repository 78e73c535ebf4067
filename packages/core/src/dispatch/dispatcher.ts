import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import type { CounterStore } from '../contract/store.ts'
import type { StoreError, StoreOutcome } from '../errors.ts'
import { askAtOnce } from './at-once.ts'
import { Background } from './background.ts'
import type { Breaker } from './breaker.ts'
import type { Caller } from './chunk.ts'
import { DeadlineTicker, LOOKS } from './deadline-ticker.ts'
import type { Entry } from './entry.ts'
import { Flight } from './flight.ts'
import { oncePerTurn } from './once-per-turn.ts'
import { runtime } from './runtime.ts'
import { MAX_WEIGHT, weightToSend } from './send-policy.ts'
import { SendQueue } from './send-queue.ts'

/** Sends the operations of all limiters of a store, and shares commands among them. Knows takes and replies, but no decisions. */
export class Dispatcher {
  readonly #store: CounterStore
  readonly #breaker: Breaker
  readonly #parallelism: number
  /**
   * For a store that answers at once, and then in place of {@link enqueue}.
   *
   * @throws {StoreError}
   */
  readonly askAtOnce: ((operation: Operation) => Reply) | undefined
  readonly #queue: SendQueue = new SendQueue()
  /** In the order they were sent. An array: a Set that lives on drags garbage into the old generation of the heap. */
  #flights: Flight[] = []
  /** Commands that somebody still waits for. */
  #inFlight = 0
  readonly #background: Background = new Background()
  readonly #ticker: DeadlineTicker = new DeadlineTicker(this.#background, (now) => this.#onTick(now))
  readonly #now: () => number = oncePerTurn(() => runtime.now())
  #isPlanned = false
  /** The queue is to be sent whatever is in flight. */
  #isUrgent = false
  /** Those who wait until entries are settled. */
  readonly #waiting: (() => void)[] = []

  constructor(store: CounterStore, breaker: Breaker) {
    this.#store = store
    this.#breaker = breaker
    const { parallelism = 1, answersAtOnce } = store.capabilities ?? {}
    this.#parallelism = parallelism
    this.askAtOnce = answersAtOnce && ((operation) => askAtOnce(operation, answersAtOnce, breaker))
  }

  /** Answers or fails the entry in time. */
  enqueue(entry: Entry, caller: Caller): void {
    const refusal = this.#breaker.refusal()
    if (refusal !== undefined) return entry.fail(refusal)
    const now = this.#now()
    entry.deadlineAt = now + entry.deadlineMs
    this.#queue.add(entry).carry(caller)
    this.#ticker.watch(now + entry.deadlineMs / LOOKS, now)
    // A probe waits for no command that got no answer.
    if (this.#breaker.isOpen) this.#sendUrgently()
    else if (this.#inFlight === 0 || this.#queue.weight >= MAX_WEIGHT) this.#plan(runtime.microtask)
  }

  /** Resolves when everything enqueued before is settled. Sends at once what waits. */
  async settled(): Promise<void> {
    this.#sendUrgently()
    const entries = [...this.#queue.entries(), ...this.#flights.flatMap((flight) => flight.entries)]
    for (const entry of entries) {
      while (entry.state !== 'settled') await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Sends at the end of this turn, so that the entries of one turn leave together, or in the next turn. */
  #plan(schedule: (send: () => void) => void): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    schedule(this.#onTurn)
  }

  readonly #onTurn = (): void => {
    this.#isPlanned = false
    this.#send()
  }

  get #weightToSend(): number {
    const underWay = this.#flights.reduce((sum, { entries }) => sum + entries.length, 0)
    return weightToSend(this.#queue.weight, underWay, this.#inFlight, this.#parallelism, this.#isUrgent)
  }

  #sendUrgently(): void {
    this.#isUrgent = true
    this.#send()
  }

  /** Sends a command in the context of one of its callers. */
  #send(): void {
    const weight = this.#weightToSend
    if (weight > 0) {
      const flight = new Flight(this.#queue.cut(weight))
      this.#flights.push(flight)
      this.#inFlight++
      const send = (): void => {
        flight.send(this.#store, () => this.#onLanding(flight))
        this.#breaker.watcher?.sent(flight)
        // A turn later: commands written together are answered together, and client and server would take turns instead of
        // overlapping.
        if (this.#weightToSend > 0) this.#plan(runtime.nextTurn)
      }
      flight.runInContext(this.#background, send)
    }
    if (this.#queue.weight === 0) this.#isUrgent = false
  }

  #onLanding(flight: Flight): void {
    this.#forget(flight)
    this.#giveUp(flight)
    if (flight.hasAnswer) this.#breaker.succeeded()
    else if (flight.failure !== undefined && !flight.isOverdue) this.#countFailure(flight.failure)
    if (flight.refused.length > 0) {
      this.#ticker.watch(this.#queue.putBack(flight.refused, flight.receivedAt), flight.receivedAt)
    }
    flight.ended?.()
    // Callers that were just answered are likely to call again within this turn: let these calls travel together.
    if (flight.isShared || this.#queue.weight > 0) this.#plan(runtime.nextTurn)
    this.#afterSettling()
  }

  /** Fails what is late, and sends what has waited too long or is due to be sent again. */
  #onTick(now: number): void {
    const { longestDeadlineMs } = this.#breaker
    const before = this.#queue.weight
    let nextAt = this.#queue.putBack([], now)
    let isUrgent = this.#queue.weight > before
    const isInTime = (entry: Entry, outcome: StoreOutcome): boolean => {
      if (entry.state === 'settled') return false
      const { deadlineAt } = entry
      if (deadlineAt <= now) entry.fail(entry.lateError(outcome))
      else nextAt = Math.min(nextAt, deadlineAt)
      return deadlineAt > now
    }
    for (const entry of this.#queue.entries()) {
      if (!isInTime(entry, 'not-executed') || entry.state !== 'queued') continue
      const waitMs = entry.deadlineMs / LOOKS
      nextAt = Math.min(nextAt, now + waitMs)
      if (entry.deadlineAt - now <= entry.deadlineMs - waitMs) isUrgent = true
    }
    for (const flight of this.#flights) {
      const isAwaited = flight.entries.filter((entry) => isInTime(entry, 'unknown')).length > 0
      if (!isAwaited) this.#giveUp(flight)
      const longest = flight.entries.reduce((one, other) => (other.deadlineMs > one.deadlineMs ? other : one))
      const overdueAt = longest.deadlineMs < longestDeadlineMs ? flight.sentAt + longestDeadlineMs : longest.deadlineAt
      if (overdueAt > now) {
        nextAt = Math.min(nextAt, overdueAt)
        continue
      }
      if (!flight.isOverdue) {
        const error = longest.lateError('unknown')
        flight.ended?.(error)
        this.#countFailure(error)
      }
      flight.isOverdue = true
      // A reply that comes later still is read, but the dispatcher need not remember the command.
      if (!isAwaited) this.#forget(flight)
    }
    if (isUrgent) this.#sendUrgently()
    this.#ticker.watch(nextAt, now)
    this.#afterSettling()
  }

  /** When the breaker opens, everything queued fails: it would only wait for its deadline. */
  #countFailure(error: StoreError): void {
    if (!this.#breaker.failed(error)) return
    const refusal = this.#breaker.refusal() ?? error
    for (const entry of this.#queue.entries()) if (entry.state !== 'settled') entry.fail(refusal)
  }

  /** The command no longer counts as under way. */
  #giveUp(flight: Flight): void {
    if (!flight.isGivenUp) this.#inFlight--
    flight.isGivenUp = true
  }

  #forget(flight: Flight): void {
    this.#flights = this.#flights.filter((other) => other !== flight)
  }

  #afterSettling(): void {
    if (this.#inFlight === 0 && this.#queue.isEmpty) this.#ticker.rest(true)
    for (const resume of this.#waiting.splice(0)) resume()
  }
}
