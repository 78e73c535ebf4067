import { lateError } from './deadline.ts'
import { type Answerer, decide, type Question } from './decide.ts'
import type { Decision } from './decision.ts'
import { StoreError, type StoreOutcome, toStoreError } from './errors.ts'
import type { LocalAnswers } from './local/answers.ts'
import type { Moment } from './local/moment.ts'
import { checkTakeReply } from './reply.ts'
import type { CounterStore, Take, TakeReply, Window } from './store.ts'
import { afterTurn } from './turn.ts'

/** So that no script holds the server for more than about half a millisecond. */
const MAX_COUNTERS = 256
/** Below this, a command costs more than what it carries. */
const MIN_COUNTERS = 16
/** Commands may overtake the round trip, but not pile up in the client. */
const MAX_IN_FLIGHT = 16

/** A caller that waits for its answer. */
export interface Call extends Question {
  resolve(decision: Decision): void
  reject(error: unknown): void
  /** Where it waits. */
  group?: Group
  /** Set once the caller no longer waits: it must not be charged any more. */
  gone?: boolean
}

/** Waiting callers of one identifier that ask the same: one take answers all of them, in the order they came. */
export class Group implements Take {
  readonly key: string
  readonly windows: readonly Window[]
  readonly cost: number
  /** One for each call, and more when units are taken ahead. */
  times = 0
  readonly id: string
  readonly calls: Call[] = []
  readonly since: number = performance.now()
  sent = false

  constructor(id: string, key: string, windows: readonly Window[], cost: number) {
    this.id = id
    this.key = key
    this.windows = windows
    this.cost = cost
  }

  add(call: Call): void {
    this.calls.push(call)
    this.times++
    call.group = this
  }
}

/** Lets a caller go. If its take was not sent yet, nothing is taken for it. */
export function leave(call: Call): void {
  call.gone = true
  const { group } = call
  if (group === undefined || group.sent) return
  group.calls.splice(group.calls.indexOf(call), 1)
  group.times--
}

/** What Node's timers can, and those of other runtimes need not. */
type Timer = object & { ref?(): unknown; unref?(): unknown }

/** A command that is under way. */
interface Flight {
  readonly groups: readonly Group[]
  readonly sentAt: number
}

export interface BatcherOptions {
  readonly store: CounterStore
  readonly deadlineMs: number
  readonly by: Answerer
  readonly keyOf: (id: string) => string
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
  /** In the order they were sent. */
  readonly #flights: Flight[] = []
  #departureScheduled = false
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
    const latest = this.#latest.get(call.id)
    if (latest !== undefined && !latest.sent && latest.cost === cost && latest.windows === windows) {
      latest.add(call)
      return
    }
    const group = new Group(call.id, this.#options.keyOf(call.id), windows, cost)
    group.add(call)
    this.#wait(group)
  }

  #wait(group: Group): void {
    this.#waiting.push(group)
    this.#waitingCounters += group.windows.length
    this.#latest.set(group.id, group)
    if (this.#waitingCounters >= MAX_COUNTERS) this.#depart(MAX_COUNTERS)
    if (this.#waiting.length === 0) return
    if (this.#flights.length === 0) this.#schedule(queueMicrotask)
    else this.#watch()
  }

  #schedule(when: (callback: () => void) => void): void {
    if (this.#departureScheduled) return
    this.#departureScheduled = true
    when(() => {
      this.#departureScheduled = false
      this.#depart(1)
    })
  }

  /** Sends what waits as far as there is room, in as many commands as keep the store busy, while at least so much waits. */
  #depart(atLeast: number): void {
    while (this.#waiting.length > 0 && this.#waitingCounters >= atLeast && this.#flights.length < MAX_IN_FLIGHT) {
      const share = Math.ceil(this.#waitingCounters / Math.max(1, this.#parallelism - this.#flights.length))
      this.#launch(this.#cut(Math.min(Math.max(share, MIN_COUNTERS), MAX_COUNTERS)))
    }
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

  #launch(cut: readonly Group[]): void {
    const groups = cut.every((group) => group.times > 0) ? cut : cut.filter((group) => group.times > 0)
    if (groups.length === 0) return this.#unwatch()
    const flight = { groups, sentAt: performance.now() }
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
    const { groups, sentAt } = flight
    if (result instanceof StoreError) this.#fail(groups, result)
    else this.#answerAll(groups, result, sentAt)
    const shared = groups.length > 1 || (groups[0]?.calls.length ?? 0) > 1
    // Those just answered are likely to call again within this turn: let them travel together.
    if (shared || this.#waiting.length > 0) this.#schedule(afterTurn)
    this.#unwatch()
  }

  async #take(groups: readonly Group[]): Promise<readonly (TakeReply | Error)[]> {
    return this.#options.store.take(groups)
  }

  #answerAll(groups: readonly Group[], replies: readonly (TakeReply | Error)[], sentAt: number): void {
    const moment = { sentAt, receivedAt: performance.now() }
    groups.forEach((group, i) => {
      this.#answer(group, replies?.[i], moment)
    })
  }

  #answer(group: Group, reply: TakeReply | Error | undefined, moment: Moment): void {
    let valid: TakeReply
    try {
      valid = checkTakeReply(group, reply)
    } catch (error) {
      return this.#fail([group], toStoreError(error))
    }
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

  #fail(groups: readonly Group[], error: StoreError): void {
    for (const group of groups) {
      this.#options.local?.failed(group.id, group)
      this.#options.onFailure(group, error)
    }
  }

  /** One timer, for whoever waits the longest. It stays when nobody waits, but then keeps no process alive. */
  #watch(): void {
    const oldest = this.#flights[0]?.groups[0] ?? this.#waiting[0]
    if (oldest === undefined) return
    if (this.#timer === undefined) {
      // After a stall of the whole process, an answer may lie in the socket already: it gets one more turn.
      this.#timer = setTimeout(() => afterTurn(this.#expire), this.#timeLeft(oldest)) as unknown as Timer
    } else {
      this.#timer.ref?.()
    }
  }

  #unwatch(): void {
    if (this.#flights.length === 0 && this.#waiting.length === 0) this.#timer?.unref?.()
  }

  readonly #expire = (): void => {
    this.#timer = undefined
    const inTime = this.#waiting.findIndex((group) => this.#timeLeft(group) > 0)
    const late = this.#release(inTime < 0 ? this.#waiting.length : inTime)
    this.#fail(late, this.#late('not-executed'))
    for (const flight of [...this.#flights]) {
      const [oldest] = flight.groups
      if (oldest !== undefined && this.#timeLeft(oldest) === 0) this.#return(flight, this.#late('unknown'))
    }
    this.#watch()
  }

  #timeLeft(group: Group): number {
    const { deadlineMs } = this.#options
    // Rounding must not lift it above what a timer can hold.
    return Math.max(0, Math.min(deadlineMs, group.since + deadlineMs - performance.now()))
  }

  #late(outcome: StoreOutcome): StoreError {
    return lateError(this.#options.deadlineMs, outcome)
  }
}
