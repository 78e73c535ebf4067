import type { Decision } from '../decision/types.ts'
import { runtime } from '../dispatch/runtime.ts'
import type { LimitOptions } from '../options/limit-options.ts'
import type { Alarm, Alarms, Sleeper } from './alarms.ts'
import { callsPerWindow, denial, edgeOf, type Figures, type Forecast, forecast, isAlike } from './forecast.ts'
import { addTo, type Room } from './room.ts'
import type { Waiter } from './waiter.ts'

/** Shared by all lines of one queue. */
export interface LineOwner {
  readonly alarms: Alarms
  readonly room: Room
  ask(id: string, options: LimitOptions | undefined): Promise<Decision>
  /** Gives back what was taken for a call that has left. */
  giveBack(decision: Decision): void
  /** Nobody is left in the line. */
  ended(line: Line): void
}

/** The calls of one identifier, in the order in which they came. */
export class Line implements Sleeper {
  readonly id: string
  alarm: Alarm | undefined
  readonly #owner: LineOwner
  readonly #waiters: Set<Waiter> = new Set()
  #first: Waiter | undefined
  /** Goes on behind the first one, also past those that come later. */
  #others: SetIterator<Waiter> = this.#waiters.values()
  /** For each window, the units of all in the line. */
  readonly #units: number[]
  /** The number of calls being asked for: the first ones, all of the same cost and limits. */
  #asking = 0
  /** Those of them whose contexts are about to resume: a call that comes now must not be sent before them. */
  #releasing = 0
  #round = 0
  #figures: Figures | undefined
  /** Those by which all in the line were judged last. */
  #judgedBy: Figures | undefined
  /** Units came back while some were being asked for, who may have been denied before that. */
  #hasNews = false

  constructor(id: string, windows: number, owner: LineOwner) {
    this.id = id
    this.#owner = owner
    this.#units = new Array<number>(windows).fill(0)
  }

  /** Settles the call, or lets it wait. */
  join(waiter: Waiter): void {
    this.#owner.alarms.ringIfOverdue(this.alarm)
    const first = this.#head()
    const isNext = this.#waiters.size === this.#asking
    if (isNext && (first === undefined || isAlike(first.request, waiter.request))) {
      this.#add(waiter)
      this.#ask(waiter)
    } else if (this.#mayWait(waiter, this.#units)) {
      this.#add(waiter)
      waiter.keepContext()
    }
  }

  /** The call was aborted. */
  leave(waiter: Waiter): void {
    if (!this.#waiters.has(waiter)) return
    this.#remove(waiter)
    this.#next()
  }

  /** There may be room: the edge has passed, or units came back. */
  wake(): void {
    this.#owner.alarms.cancel(this)
    if (this.#asking > 0) this.#hasNews = true
    this.#figures = undefined
    this.#next()
  }

  /** Asks for the first ones once more, and denies those that are not admitted. */
  expire(): readonly (Promise<Decision> | undefined)[] {
    for (const waiter of this.#waiters) waiter.deadlineAt = Number.NEGATIVE_INFINITY
    const answers = [...this.#waiters].map(({ answer }) => answer)
    this.wake()
    return answers
  }

  /** Goes on when all that were being asked for are answered. */
  #next(): void {
    if (this.#asking > 0) return
    if (this.#hasNews) this.#figures = undefined
    this.#hasNews = false
    this.#denyTheLate()
    const head = this.#head()
    if (head === undefined) {
      this.#owner.alarms.cancel(this)
      this.#owner.ended(this)
      return
    }
    const figures = this.#figures
    const wait = figures && this.#forecast(figures, head, [])
    if (figures === undefined || wait === undefined || wait.waitMs === 0) this.#askRun(head)
    else this.#owner.alarms.set(this, edgeOf(figures, wait), wait.waitMs)
  }

  /** Those at the front with the same cost and limits ask in one turn, so that they share a take. No more than a window can admit. */
  #askRun(head: Waiter): void {
    this.#owner.alarms.cancel(this)
    this.#round++
    let room = callsPerWindow(head.request)
    for (const waiter of this.#waiters) {
      if (room-- <= 0 || !isAlike(waiter.request, head.request)) return
      this.#askInContext(waiter)
    }
  }

  #ask(waiter: Waiter): void {
    if (this.#releasing > 0) {
      waiter.keepContext()
      this.#askInContext(waiter)
      return
    }
    waiter.isAsking = true
    this.#asking++
    this.#send(waiter)
  }

  #askInContext(waiter: Waiter): void {
    waiter.isAsking = true
    this.#asking++
    this.#releasing++
    waiter.inContext?.(() => {
      this.#releasing--
      if (this.#waiters.has(waiter)) this.#send(waiter)
    })
  }

  async #send(waiter: Waiter): Promise<void> {
    const round = this.#round
    try {
      const decision = await this.#owner.ask(this.id, waiter.options)
      if (this.#waiters.has(waiter)) this.#answered(waiter, decision, round)
      else if (decision.allowed) this.#owner.giveBack(decision)
    } catch (error) {
      if (!this.#waiters.has(waiter)) return
      this.#remove(waiter)
      waiter.call.reject(error)
      this.#next()
    }
  }

  #answered(waiter: Waiter, decision: Decision, round: number): void {
    this.#figures = { decision, request: waiter.request, receivedAt: runtime.now() }
    if (decision.allowed) {
      this.#remove(waiter)
      waiter.call.resolve(decision)
    } else {
      waiter.isAsking = false
      this.#asking--
      waiter.denied = { decision, round }
      waiter.keepContext()
    }
    this.#next()
  }

  /** Denies all who would wait too long, and for whom there is no room. */
  #denyTheLate(): void {
    if (this.#figures === this.#judgedBy) return
    this.#judgedBy = this.#figures
    const ahead = this.#units.map(() => 0)
    for (const waiter of this.#waiters) {
      if (this.#mayWait(waiter, ahead)) addTo(ahead, waiter.request.costs)
      else this.#remove(waiter)
    }
  }

  /** Denies the call if it may not. */
  #mayWait(waiter: Waiter, ahead: readonly number[]): boolean {
    if (this.#figures === undefined) return true
    const { waitMs } = this.#forecast(this.#figures, waiter, ahead)
    if (waitMs === 0 || (runtime.now() + waitMs <= waiter.deadlineAt && this.#count(waiter))) return true
    const { denied, request } = waiter
    const own = denied?.round === this.#round ? denied.decision : undefined
    waiter.call.resolve(own ?? denial(this.#figures, ahead, request, this.id, runtime.now()))
    return false
  }

  #forecast(figures: Figures, { request }: Waiter, ahead: readonly number[]): Forecast {
    return forecast(figures, ahead, request, runtime.now())
  }

  #count(waiter: Waiter): boolean {
    if (!waiter.isCounted && this.#owner.room.enter(waiter.request.costs)) {
      waiter.isCounted = true
      waiter.began?.()
    }
    return waiter.isCounted
  }

  /** Not by a new iterator each time: it would pass over all that left before. */
  #head(): Waiter | undefined {
    if (this.#waiters.size === 0) return undefined
    while (this.#first === undefined || !this.#waiters.has(this.#first)) this.#first = this.#others.next().value
    return this.#first
  }

  #add(waiter: Waiter): void {
    this.#waiters.add(waiter)
    addTo(this.#units, waiter.request.costs)
  }

  #remove(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    addTo(this.#units, waiter.request.costs, -1)
    if (waiter.isAsking) this.#asking--
    waiter.isAsking = false
    if (waiter.isCounted) this.#owner.room.leave(waiter.request.costs)
    waiter.isCounted = false
  }
}
