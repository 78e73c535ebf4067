import { runtime, type Timer } from '../../../src/dispatch/runtime.ts'
import type { Random } from './random.ts'

interface Event {
  readonly at: number
  readonly name: string
  readonly run: () => void
}

interface SimulatedTimer extends Timer {
  readonly event: Event
}

/** Decides what happens next, and when. Time passes only here. */
export class Scheduler {
  /** The process's monotonic clock, in milliseconds. */
  now: number
  /** Counts everything that is written down, so that two things of one step can be ordered. */
  #sequence = 0
  /** How long the process stood still in all. */
  stalledMs = 0
  stalledAt = 0
  /** How late an event may be without a stall. */
  readonly overshootMs: number
  /** Timers that keep the process alive. */
  readonly #holding: Set<SimulatedTimer> = new Set()
  readonly #random: Random
  readonly #stallChance: number
  readonly #trace: ((line: string) => void) | undefined
  #events: Event[] = []
  readonly #turns: (() => void)[] = []

  constructor(random: Random, stallChance: number, trace: ((line: string) => void) | undefined) {
    this.#random = random
    this.#stallChance = stallChance
    this.#trace = trace
    this.now = 1000 + random.next() * 1000
    this.overshootMs = random.pick([0, 0.5, 2])
  }

  get holdingTimers(): number {
    return this.#holding.size
  }

  get isTraced(): boolean {
    return this.#trace !== undefined
  }

  nextSequence(): number {
    return ++this.#sequence
  }

  write(line: string): void {
    this.#trace?.(`${this.now.toFixed(2).padStart(10)}  ${line}`)
  }

  /** Runs the function after this time, or later. */
  after(ms: number, name: string, run: () => void): Event {
    const event = { at: this.now + ms, name, run }
    this.#events.push(event)
    return event
  }

  /** Runs one of the events that are due, or moves the clock to the next one. @returns false if nothing is left to happen. */
  step(): boolean {
    if (this.#stallChance > 0 && this.#random.chance(this.#stallChance)) this.#stall()
    let due = this.#countDue()
    if (due === 0) {
      let at = Number.POSITIVE_INFINITY
      for (const event of this.#events) if (event.at < at) at = event.at
      if (at === Number.POSITIVE_INFINITY) return false
      this.now = at + (this.#random.chance(0.3) ? this.#random.next() * this.overshootMs : 0)
      due = this.#countDue()
    }
    let nth = this.#random.int(0, due - 1)
    if (this.#turns.length > 0 && nth-- === 0) {
      this.write('a turn of the event loop')
      this.#turns.shift()?.()
      return true
    }
    for (let i = 0; i < this.#events.length; i++) {
      const event = this.#events[i] as Event
      if (event.at > this.now || nth-- > 0) continue
      this.#remove(event)
      if (event.name !== '') this.write(event.name)
      event.run()
      return true
    }
    return true
  }

  /** Replaces the clocks, timers and chance of the core by those of this history. */
  install(): void {
    runtime.now = () => this.now
    runtime.random = () => this.#random.next()
    runtime.nextTurn = (callback) => {
      this.#turns.push(callback)
    }
    runtime.microtask = (callback) => {
      Promise.resolve().then(callback)
    }
    runtime.setTimer = (callback, ms) => this.#setTimer(callback, ms)
    runtime.clearTimer = (timer) => {
      this.#holding.delete(timer as SimulatedTimer)
      this.#remove((timer as SimulatedTimer).event)
    }
  }

  #setTimer(callback: () => void, ms: number): SimulatedTimer {
    const timer: SimulatedTimer = {
      event: this.after(ms, 'the timer', () => {
        this.#holding.delete(timer)
        callback()
      }),
      ref: () => this.#holding.add(timer),
      unref: () => this.#holding.delete(timer),
    }
    this.#holding.add(timer)
    return timer
  }

  #stall(): void {
    const ms = this.#random.pick([5, 60, 400, 2500])
    this.write(`the process stands still for ${ms} ms`)
    this.now += ms
    this.stalledMs += ms
    this.stalledAt = this.now
  }

  #countDue(): number {
    let due = this.#turns.length > 0 ? 1 : 0
    for (const { at } of this.#events) if (at <= this.now) due++
    return due
  }

  #remove(event: Event): void {
    const i = this.#events.indexOf(event)
    if (i < 0) return
    const last = this.#events.pop() as Event
    if (i < this.#events.length) this.#events[i] = last
  }
}
