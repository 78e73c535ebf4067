import type { Breaker } from './breaker.ts'
import type { Call } from './call.ts'
import { backOffMs } from './command.ts'
import { lateError } from './deadline.ts'
import { type Answerer, decide } from './decide.ts'
import { StoreError, toStoreError } from './errors.ts'
import { Group } from './group.ts'
import type { LocalAnswers } from './local/answers.ts'
import type { Moment } from './local/moment.ts'
import { checkTakeReply } from './reply.ts'
import type { CounterStore, TakeReply, Window } from './store.ts'
import { afterTurn } from './turn.ts'

/** So that no script holds the server for more than about half a millisecond. */
const MAX_COUNTERS = 256
/** Below this, a command costs more than what it carries. */
const MIN_COUNTERS = 16
/** Commands may overtake the round trip, but not pile up in the client. */
const MAX_IN_FLIGHT = 16

/** What Node's timers can, and those of other runtimes need not. */
type Timer = object & { ref?(): unknown; unref?(): unknown }

/** A command that is under way, or waits to be sent again. */
interface Flight {
  readonly groups: readonly Group[]
  readonly sentAt: number
  /** How often it was refused for the moment. */
  readonly refusals: number
  /** By what, while it waits to be sent again. */
  readonly refusal?: StoreError
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
 * in flight, others gather until one returns or until they fill a command of their own.
 */
export class Batcher {
  readonly #options: BatcherOptions
  readonly #parallelism: number
  /** In the order they came. */
  #waiting: Group[] = []
  #waitingCounters = 0
  /**
   * Only the latest group of an identifier may grow: an older one would let a caller overtake another. Some of these have
   * been sent already.
   */
  #latest: Map<string, Group> = new Map()
  /** In the order they were sent; those that wait to be sent again come first. */
  readonly #flights: Flight[] = []
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
    const latest = this.#latest.get(call.id)
    if (latest !== undefined && !latest.sent && latest.cost === cost && latest.windows === windows) {
      latest.add(call)
      return
    }
    const group = new Group(call, keyOf(call.id), windows, cost)
    const unasked = breaker?.refusal()
    if (unasked !== undefined) return onFailure(group, unasked)
    this.#wait(group)
    // A probe waits for none of the commands that got no answer.
    if (breaker?.isOpen) this.#depart(1)
  }

  #wait(group: Group): void {
    this.#waiting.push(group)
    this.#waitingCounters += group.windows.length
    this.#latest.set(group.id, group)
    if (this.#waitingCounters >= MAX_COUNTERS && (!this.#fullOneLeft || this.#flights.length >= this.#parallelism)) {
      this.#fullOneLeft = true
      this.#depart(MAX_COUNTERS)
      this.#schedule(afterTurn, MAX_COUNTERS)
    }
    if (this.#waiting.length === 0) return
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
    if (this.#waiting.length === 0 || this.#waitingCounters < atLeast || this.#flights.length >= MAX_IN_FLIGHT) return
    const share = Math.ceil(this.#waitingCounters / Math.max(1, this.#parallelism - this.#flights.length))
    this.#launch(this.#cut(Math.min(Math.max(share, MIN_COUNTERS), MAX_COUNTERS)))
    // When all of a command's callers have left, none is sent, and none will return to let the others go.
    const least = this.#flights.length === 0 ? 1 : atLeast
    if (this.#waiting.length > 0 && this.#waitingCounters >= least) this.#schedule(afterTurn, least)
  }

  /** The first waiting groups, up to so many counters, but at least one group. */
  #cut(counters: number): readonly Group[] {
    let end = 1
    let cut = this.#waiting[0]?.windows.length ?? 0
    while (end < this.#waiting.length) {
      cut += this.#waiting[end]?.windows.length ?? 0
      if (cut > counters) break
      end++
    }
    return this.#release(end)
  }

  /** Takes the first groups off the list. No caller joins them any more. */
  #release(count: number): readonly Group[] {
    const all = count >= this.#waiting.length
    const groups = all ? this.#waiting : this.#waiting.slice(0, count)
    this.#waiting = all ? [] : this.#waiting.slice(count)
    for (const group of groups) {
      group.sent = true
      this.#waitingCounters -= group.windows.length
    }
    // A fresh map, as one that lives on while entries come and go drags garbage into the old generation.
    if (this.#latest.size >= 2 * this.#waiting.length) {
      this.#latest = new Map(this.#waiting.map((group) => [group.id, group]))
    }
    return groups
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
    if (place === this.#flights.length - 1) this.#flights.pop()
    else this.#flights.splice(place, 1)
    const { groups } = flight
    if (!(result instanceof StoreError)) this.#answerAll(flight, result)
    else if (this.#refused(flight, groups, result)) this.#failed(result)
    const shared = groups.length > 1 || (groups[0]?.calls.length ?? 0) > 1
    // Those just answered are likely to call again within this turn: let them travel together.
    if (shared || this.#waiting.length > 0) this.#schedule(afterTurn)
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
    // Together: each in a command of its own would fill the room that others leave by.
    if (refusal !== undefined) this.#refused(flight, refused, refusal)
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
  #refused(flight: Flight, groups: readonly Group[], error: StoreError): boolean {
    const waitMs = backOffMs(flight.refusals)
    const again: Group[] = []
    const failed: Group[] = []
    for (const group of groups) (error.transient && this.#timeLeft(group) > waitMs ? again : failed).push(group)
    if (again.length > 0) this.#sendAgain(again, { ...flight, refusal: error }, waitMs)
    this.#fail(failed, error)
    return failed.length > 0
  }

  /** With the store gone, nobody waits for his turn to ask it. */
  #failed(error: StoreError): void {
    const { breaker } = this.#options
    const unasked = breaker?.failed(error) ? breaker.refusal() : undefined
    if (unasked !== undefined) this.#fail(this.#release(this.#waiting.length), unasked)
  }

  #sendAgain(groups: readonly Group[], refused: Flight, waitMs: number): void {
    for (const group of groups) {
      this.#options.local?.failed(group.id, group)
      group.unsend()
      // Who joined would share the little time that is left.
      if (this.#latest.get(group.id) === group) this.#latest.delete(group.id)
    }
    const flight = { ...refused, groups }
    this.#flights.unshift(flight)
    setTimeout(() => {
      const place = this.#flights.indexOf(flight)
      if (place < 0) return // given up
      this.#flights.splice(place, 1)
      this.#launch(groups, flight.refusals + 1)
      if (this.#flights.length === 0) this.#depart(1)
    }, waitMs)
    this.#watch()
  }

  #fail(groups: readonly Group[], error: StoreError): void {
    for (const group of groups) {
      this.#options.local?.failed(group.id, group)
      this.#options.onFailure(group, error)
    }
  }

  /** One timer, for whoever waits the longest. It stays when nobody waits, but then keeps no process alive. */
  #watch(): void {
    if (this.#flights.length === 0 && this.#waiting.length === 0) return
    if (this.#timer !== undefined) {
      this.#timer.ref?.()
      return
    }
    // What is sent again is not where its age would place it.
    const oldest = [...this.#flights.map(({ groups }) => groups[0]), this.#waiting[0]]
    const leftMs = Math.min(...oldest.flatMap((group) => (group === undefined ? [] : [this.#timeLeft(group)])))
    // After a stall of the whole process, an answer may lie in the socket already: it gets one more turn.
    this.#timer = setTimeout(() => afterTurn(this.#expire), leftMs) as unknown as Timer
  }

  #unwatch(): void {
    if (this.#flights.length === 0 && this.#waiting.length === 0) this.#timer?.unref?.()
  }

  readonly #expire = (): void => {
    this.#timer = undefined
    const inTime = this.#waiting.findIndex((group) => this.#timeLeft(group) > 0)
    const late = this.#release(inTime < 0 ? this.#waiting.length : inTime)
    const { deadlineMs } = this.#options
    this.#fail(late, lateError(deadlineMs, 'not-executed'))
    for (const flight of [...this.#flights]) {
      const { refusal } = flight
      const [oldest] = flight.groups
      if (oldest === undefined || this.#timeLeft(oldest) > 0) continue
      this.#return(flight, lateError(deadlineMs, refusal === undefined ? 'unknown' : 'not-executed', refusal))
    }
    this.#watch()
  }

  #timeLeft(group: Group): number {
    const { deadlineMs } = this.#options
    // Rounding must not lift it above what a timer can hold.
    return Math.max(0, Math.min(deadlineMs, group.since + deadlineMs - performance.now()))
  }
}
