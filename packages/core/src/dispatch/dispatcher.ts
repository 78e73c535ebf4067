import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import type { CounterStore } from '../contract/store.ts'
import type { StoreError } from '../errors.ts'
import { askAtOnce } from './at-once.ts'
import { Background } from './background.ts'
import type { Breaker } from './breaker.ts'
import type { Caller, Chunk } from './chunk.ts'
import { DeadlineTicker, LOOKS } from './deadline-ticker.ts'
import { Drains } from './drains.ts'
import type { Entry } from './entry.ts'
import { InFlight, type Landing } from './in-flight.ts'
import { judge } from './judge.ts'
import { lookAfter } from './look-after.ts'
import { oncePerTurn } from './once-per-turn.ts'
import { backOffMs, RetryQueue } from './retry-queue.ts'
import { runtime } from './runtime.ts'
import { MAX_WEIGHT, nextSend, type Reason } from './send-policy.ts'
import { SendQueue } from './send-queue.ts'
import { fail, refuse } from './settle.ts'

/** Sends the operations of all limiters of a store, and shares commands among them. Knows takes and replies, but no decisions. */
export class Dispatcher {
  readonly #breaker: Breaker
  readonly #parallelism: number
  /**
   * For a store that answers at once, and then in place of {@link enqueue}.
   *
   * @throws {StoreError}
   */
  readonly askAtOnce: ((operation: Operation) => Reply) | undefined
  readonly #queue: SendQueue = new SendQueue()
  readonly #inFlight: InFlight
  readonly #retries: RetryQueue = new RetryQueue()
  readonly #background: Background = new Background()
  readonly #ticker: DeadlineTicker = new DeadlineTicker(this.#background, (now) => this.#onTick(now))
  readonly #drains: Drains = new Drains()
  readonly #now: () => number = oncePerTurn(() => runtime.now())
  /** The weight that must wait for the send that is planned; undefined if none is planned. */
  #planned: number | undefined
  #sentFullOne = false

  constructor(store: CounterStore, breaker: Breaker) {
    this.#breaker = breaker
    const { parallelism = 1, answersAtOnce } = store.capabilities ?? {}
    this.#parallelism = parallelism
    this.askAtOnce = answersAtOnce && ((operation) => askAtOnce(operation, answersAtOnce, breaker))
    this.#inFlight = new InFlight(store, (landing) => this.#onLanding(landing))
  }

  /** Answers or fails the entry in time. */
  enqueue(entry: Entry, caller: Caller): void {
    const refusal = this.#breaker.refusal()
    if (refusal !== undefined) return fail(entry, refusal)
    const now = this.#now()
    entry.deadlineAt = now + entry.deadlineMs
    const chunk = this.#queue.add(entry)
    chunk.carry(caller)
    this.#ticker.watch(now + entry.deadlineMs / LOOKS, now)
    // A probe waits for no command that got no answer.
    if (this.#breaker.isOpen) this.#consider('urgent', 1)
    else this.#consider(this.#sentFullOne ? 'added after a full one' : 'added', MAX_WEIGHT, chunk)
  }

  /** Resolves when everything enqueued before is settled. Sends at once what waits. */
  settled(): Promise<void> {
    this.#consider('urgent', 1)
    return this.#drains.add([...this.#queue.entries(), ...this.#retries.entries(), ...this.#inFlight.entries()])
  }

  /** @param here The chunk of the caller in whose context this runs. */
  #consider(reason: Reason, atLeast: number, here?: Chunk<Entry>): void {
    const action = nextSend(this.#queue.weight, this.#inFlight.size, this.#parallelism, reason, atLeast)
    if (action === 'wait') return
    if (action === 'this turn') {
      if (this.#planned === undefined) this.#planThisTurn(here)
      return
    }
    if (reason === 'added') this.#sentFullOne = true
    this.#send(action, here, () => this.#afterSend(atLeast))
  }

  /**
   * The next command leaves a turn after this one was handed to the client: commands written together are answered together, and
   * client and server would take turns instead of overlapping.
   */
  #afterSend(atLeast: number): void {
    // If every caller aborted, nothing was sent, so no reply triggers the next send.
    const least = this.#inFlight.size === 0 ? 1 : atLeast
    if (this.#sentFullOne || this.#queue.weight >= least) this.#planNextTurn(least)
  }

  #planThisTurn(chunk: Chunk<Entry> | undefined): void {
    this.#planned = 1
    const isCarried = chunk?.runInContext((caller) => this.#onTurn(caller.isWaiting ? chunk : undefined))
    if (!isCarried) this.#background.run(() => this.#onTurn(undefined))
  }

  #planNextTurn(atLeast: number): void {
    const isPlanned = this.#planned !== undefined
    this.#planned = Math.min(this.#planned ?? atLeast, atLeast)
    if (!isPlanned) runtime.nextTurn(() => this.#onTurn(undefined))
  }

  #onTurn(here: Chunk<Entry> | undefined): void {
    const atLeast = this.#planned ?? 1
    this.#planned = undefined
    this.#sentFullOne = false
    this.#consider('turn', atLeast, here)
  }

  /** Sends a command of this weight, in the context of one of its callers. */
  #send(weight: number, here: Chunk<Entry> | undefined, sent: () => void): void {
    const chunks = this.#queue.cut(weight)
    const entries: Entry[] = []
    for (const chunk of chunks) {
      for (const entry of chunk.entries) {
        if (entry.state !== 'queued') continue
        if (entry.caller === undefined) entry.state = 'settled'
        else entries.push(entry)
      }
    }
    if (entries.length === 0) {
      this.#afterSettling()
      return sent()
    }
    const flight = this.#inFlight.add(entries)
    const send = (caller: Caller | undefined, lane: object | undefined): void => {
      flight.carrier = caller
      flight.carrierLane = lane
      this.#inFlight.send(flight)
      sent()
    }
    if (here !== undefined && here === chunks[0]) return send(entries[0]?.caller, entries[0]?.lane)
    const sendInContext = (): void => {
      const isCarried = chunks.some((chunk) =>
        // The caller may have aborted in between.
        chunk.runInContext((caller) => (caller.isWaiting ? send(caller, chunk.entries[0]?.lane) : sendInContext())),
      )
      if (!isCarried) this.#background.run(() => send(undefined, undefined))
    }
    sendInContext()
  }

  #onLanding(landing: Landing): void {
    const { flight, failures, whole, hasAnswer } = landing
    if (hasAnswer) this.#breaker.succeeded()
    if (failures.length > 0 || whole !== undefined) this.#onFailures(landing)
    // Callers that were just answered are likely to call again within this turn: let these calls travel together.
    const isShared = flight.entries.length > 1 || flight.entries[0]?.isShared === true
    if (isShared || !this.#queue.isEmpty) this.#planNextTurn(1)
    this.#afterSettling()
  }

  #onFailures(landing: Landing): void {
    const { later, apart, failed, counted } = judge(landing)
    const { receivedAt, flight } = landing
    for (const [lane, chunk] of later) {
      const dueAt = receivedAt + backOffMs(chunk.entries[0]?.refusals ?? 0)
      this.#retries.add(lane, chunk, dueAt)
      this.#ticker.watch(dueAt, receivedAt)
    }
    for (const [lane, chunk] of apart) {
      for (const entry of chunk.entries) refuse(entry)
      this.#queue.putBack(lane, chunk)
    }
    for (const { entry, error } of failed) fail(entry, error)
    if (counted !== undefined && !flight.isOverdue) this.#countFailure(counted)
  }

  #onTick(now: number): void {
    const { nextAt, isUrgent, overdue } = lookAfter(this.#queue, this.#retries, this.#inFlight, this.#breaker, now)
    for (const error of overdue) this.#countFailure(error)
    if (isUrgent) this.#consider('urgent', 1)
    if (nextAt < Number.POSITIVE_INFINITY) this.#ticker.watch(nextAt, now)
    this.#afterSettling()
  }

  /** When the breaker opens, everything queued fails: it would only wait for its deadline. */
  #countFailure(error: StoreError): void {
    if (!this.#breaker.failed(error)) return
    const refusal = this.#breaker.refusal() ?? error
    for (const entry of [...this.#queue.entries()]) if (entry.state === 'queued') fail(entry, refusal)
  }

  #afterSettling(): void {
    if (this.#inFlight.size === 0 && this.#queue.isEmpty && this.#retries.isEmpty) this.#ticker.rest()
    this.#drains.check()
  }
}
