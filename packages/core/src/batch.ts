import type { Breaker } from './breaker.ts'
import type { Call } from './call.ts'
import { backOffMs } from './command.ts'
import { lateError } from './deadline.ts'
import { type Answerer, decide } from './decide.ts'
import { StoreError, toStoreError } from './errors.ts'
import { Group } from './group.ts'
import type { LocalAnswers } from './local/answers.ts'
import type { Moment } from './local/moment.ts'
import { Refused } from './refused.ts'
import { checkTakeReply } from './reply.ts'
import type { CounterStore, TakeReply, Window } from './store.ts'
import { afterTurn } from './turn.ts'
import { Waiting } from './waiting.ts'

/** So that no script holds the server for more than about half a millisecond. */
const MAX_COUNTERS = 256
/** Below this, a command costs more than what it carries. */
const MIN_COUNTERS = 16
/** Commands may overtake the round trip, but not pile up in the client. */
const MAX_IN_FLIGHT = 16

/** What Node's timers can, and those of other runtimes need not. */
type Timer = object & { ref?(): unknown; unref?(): unknown }

/**
 * The timer for deadlines goes off so often within one. Who has waited for one such part of it behind others, waits for them no
 * longer: so for two at most.
 */
const LOOKS = 8

/** A command that is under way. */
interface Flight {
  readonly groups: readonly Group[]
  readonly sentAt: number
  /** How often it was refused for the moment. */
  readonly refusals: number
}

export interface BatcherOptions {
  readonly store: CounterStore
  readonly deadlineMs: number
  readonly by: Answerer
  readonly keyOf: (id: string) => string
  readonly breaker: Breaker | undefined
  /** Takes part in what the store answers, if there is one. */
  readonly local?: LocalAnswers | undefined
  /** Gets the callers that the store could not answer. */
  readonly onFailure: (group: Group, error: StoreError) => void
}

/**
 * Shares round trips among waiting callers. With nothing in flight, the calls of one turn leave at once; while commands are
 * in flight, others gather until one returns, until they fill a command of their own, or for a quarter of the deadline at most.
 */
export class Batcher {
  readonly #options: BatcherOptions
  readonly #parallelism: number
  readonly #waiting: Waiting = new Waiting()
  /** In the order they were sent. */
  readonly #flights: Flight[] = []
  readonly #refused: Refused = new Refused((groups, refusals) => this.#launch(groups, refusals))
  /** So much must wait for the departure that is scheduled, if one is. */
  #departAtLeast: number | undefined
  /** A command was filled and sent in this turn already. */
  #fullOneLeft = false
  #timer: Timer | undefined

  constructor(options: BatcherOptions) {
    this.#options = options
    this.#parallelism = options.store.parallelism ?? 1
  }

  /**
   * Lets the call wait for its answer. Takes `cost` units for it, which are not `call.cost` in a peek.
   *
   * @throws {OptionError} for a bad identifier.
   */
  add(call: Call, windows: readonly Window[], cost: number): void {
    const { breaker, keyOf, onFailure } = this.#options
    if (this.#waiting.join(call, windows, cost)) return
    const group = new Group(call, keyOf(call.id), windows, cost)
    const unasked = breaker?.refusal()
    if (unasked !== undefined) return onFailure(group, unasked)
    this.#wait(group)
    // A probe waits for none of the commands that got no answer.
    if (breaker?.isOpen) this.#depart(1)
  }

  #wait(group: Group): void {
    this.#waiting.add(group)
    if (this.#waiting.counters >= MAX_COUNTERS && (!this.#fullOneLeft || this.#flights.length >= this.#parallelism)) {
      this.#fullOneLeft = true
      this.#depart(MAX_COUNTERS)
      this.#schedule(afterTurn, MAX_COUNTERS)
    }
    if (this.#waiting.isEmpty) return
    if (this.#flights.length === 0) this.#schedule(queueMicrotask)
    else this.#watch()
  }

  /** Departs then, if at least so much waits. */
  #schedule(when: (callback: () => void) => void, atLeast = 1): void {
    const scheduled = this.#departAtLeast !== undefined
    this.#departAtLeast = Math.min(this.#departAtLeast ?? atLeast, atLeast)
    if (scheduled) return
    when(() => {
      const due = this.#departAtLeast ?? 1
      this.#departAtLeast = undefined
      this.#fullOneLeft = false
      this.#depart(due)
    })
  }

  /**
   * If at least so much waits and there is room: sends a command, of such a size that `parallelism` of them keep the store
   * busy. The next one leaves a turn later, as what a client writes in one turn the store reads at once, and answers at once
   * when all of it is done: then each would wait for the other.
   */
  #depart(atLeast: number): void {
    const waiting = this.#waiting
    if (waiting.isEmpty || waiting.counters < atLeast || this.#flights.length >= MAX_IN_FLIGHT) return
    const share = Math.ceil(waiting.counters / Math.max(1, this.#parallelism - this.#flights.length))
    this.#launch(waiting.cut(Math.min(Math.max(share, MIN_COUNTERS), MAX_COUNTERS)))
    // When all of a command's callers have left, none is sent, and none will return to let the others go.
    const least = this.#flights.length === 0 ? 1 : atLeast
    if (!waiting.isEmpty && waiting.counters >= least) this.#schedule(afterTurn, least)
  }

  #launch(cut: readonly Group[], refusals = 0): void {
    const groups = cut.every((group) => group.times > 0) ? cut : cut.filter((group) => group.times > 0)
    if (groups.length === 0) return this.#unwatch()
    const flight = { groups, sentAt: performance.now(), refusals }
    const { local } = this.#options
    if (local !== undefined) for (const group of groups) group.times += local.ahead(group.id, group, flight.sentAt)
    this.#flights.push(flight)
    this.#watch()
    this.#take(groups).then(
      (replies) => this.#return(flight, replies),
      (error: unknown) => this.#return(flight, toStoreError(error)),
    )
  }

  #return(flight: Flight, result: readonly (TakeReply | Error)[] | StoreError): void {
    const place = this.#flights.indexOf(flight)
    if (place < 0) return // given up
    this.#flights.splice(place, 1)
    const groups = flight.groups.filter(({ late }) => !late)
    if (!(result instanceof StoreError)) this.#answerAll(flight, result)
    else if (this.#refuse(flight, groups, result)) this.#failed(result)
    const shared = groups.length > 1 || (groups[0]?.calls.length ?? 0) > 1
    // Those just answered are likely to call again within this turn: let them travel together.
    if (shared || !this.#waiting.isEmpty) this.#schedule(afterTurn)
    this.#unwatch()
  }

  /** Not `async`, as a lone call feels every turn of a promise. */
  #take(groups: readonly Group[]): Promise<readonly (TakeReply | Error)[]> {
    try {
      return Promise.resolve(this.#options.store.take(groups))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #answerAll(flight: Flight, replies: readonly (TakeReply | Error)[]): void {
    const moment = { sentAt: flight.sentAt, receivedAt: performance.now() }
    let answered = false
    let failure: StoreError | undefined
    let refusal: StoreError | undefined
    const refused: Group[] = []
    flight.groups.forEach((group, i) => {
      if (group.late) return
      let reply: TakeReply
      try {
        reply = checkTakeReply(group, replies?.[i])
      } catch (thrown) {
        const error = toStoreError(thrown)
        if (error.transient) {
          refused.push(group)
          refusal = error
        } else {
          this.#fail([group], error)
          if (error.outcome === 'unknown') failure = error
        }
        return
      }
      answered = true
      this.#answer(group, reply, moment)
    })
    if (refusal !== undefined) this.#refuse(flight, refused, refusal)
    if (answered) this.#options.breaker?.succeeded()
    else if (failure !== undefined) this.#failed(failure)
  }

  #answer(group: Group, valid: TakeReply, moment: Moment): void {
    const { local, by } = this.#options
    const { id, windows, calls } = group
    local?.learn(id, group, calls.length, valid, moment)
    const held = local?.held(id, windows, valid, moment.receivedAt) ?? 0
    const admitted = Math.min(calls.length, valid.taken)
    calls.forEach((call, nth) => {
      // What the store has no room for may have been taken ahead in the meantime.
      const leased = nth < admitted || call.gone ? undefined : local?.serve(call, windows, moment.receivedAt)
      call.resolve(leased ?? decide(call, nth, admitted, group, valid, held, by))
    })
  }

  /**
   * Sends again what the store refused for the moment, while there is time. All else fails.
   *
   * @returns whether any failed.
   */
  #refuse(flight: Flight, groups: readonly Group[], error: StoreError): boolean {
    const waitMs = backOffMs(flight.refusals)
    const again: Group[] = []
    const failed: Group[] = []
    for (const group of groups) (error.transient && this.#timeLeft(group) > waitMs ? again : failed).push(group)
    for (const group of again) {
      this.#options.local?.failed(group.id, group)
      group.unsend()
      this.#waiting.close(group) // who joined would share the little time that is left
    }
    if (again.length > 0) this.#refused.add(again, flight.refusals, error)
    this.#fail(failed, error)
    return failed.length > 0
  }

  /** With the store gone, nobody waits for his turn to ask it. */
  #failed(error: StoreError): void {
    const { breaker } = this.#options
    const unasked = breaker?.failed(error) ? breaker.refusal() : undefined
    if (unasked !== undefined)
      this.#fail(
        this.#waiting.releaseWhile(() => true),
        unasked,
      )
  }

  #fail(groups: readonly Group[], error: StoreError): void {
    for (const group of groups) {
      this.#options.local?.failed(group.id, group)
      this.#options.onFailure(group, error)
    }
  }

  get #isIdle(): boolean {
    return this.#flights.length === 0 && this.#waiting.isEmpty && this.#refused.groups.length === 0
  }

  /** One timer for all who wait. It stays when nobody does, but then keeps no process alive. */
  #watch(): void {
    if (this.#isIdle) return
    if (this.#timer !== undefined) {
      this.#timer.ref?.()
      return
    }
    let waitMs = this.#options.deadlineMs / LOOKS
    const sent = this.#flights.flatMap(({ groups }) => groups)
    for (const group of [this.#waiting.first, ...this.#refused.groups, ...sent]) {
      if (group !== undefined && !group.late) waitMs = Math.min(waitMs, this.#timeLeft(group))
    }
    // After a stall of the whole process, an answer may lie in the socket already: it gets one more turn.
    this.#timer = setTimeout(() => afterTurn(this.#look), waitMs) as unknown as Timer
  }

  #unwatch(): void {
    if (this.#isIdle) this.#timer?.unref?.()
  }

  readonly #look = (): void => {
    this.#timer = undefined
    const { deadlineMs } = this.#options
    const isLate = (group: Group): boolean => this.#timeLeft(group) <= 0
    this.#fail(this.#waiting.releaseWhile(isLate), lateError(deadlineMs, 'not-executed'))
    const { reason } = this.#refused
    this.#fail(this.#refused.release(isLate), lateError(deadlineMs, 'not-executed', reason))
    for (const flight of [...this.#flights]) this.#giveUp(flight, isLate)
    const { first } = this.#waiting
    if (first !== undefined && this.#timeLeft(first) <= deadlineMs - deadlineMs / LOOKS) this.#depart(1)
    this.#watch()
  }

  /** Those of its callers who are late. The others still wait for it. */
  #giveUp(flight: Flight, isLate: (group: Group) => boolean): void {
    const late = flight.groups.filter((group) => !group.late && isLate(group))
    if (late.length === 0) return
    const isNews = !flight.groups.some((group) => group.late)
    for (const group of late) group.late = true
    const error = lateError(this.#options.deadlineMs, 'unknown')
    if (flight.groups.every((group) => group.late)) this.#return(flight, error)
    this.#fail(late, error)
    if (isNews) this.#failed(error)
  }

  #timeLeft(group: Group): number {
    const { deadlineMs } = this.#options
    // Rounding must not lift it above what a timer can hold.
    return Math.max(0, Math.min(deadlineMs, group.since + deadlineMs - performance.now()))
  }
}
