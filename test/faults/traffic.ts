import { setTimeout as sleep } from 'node:timers/promises'
import { type CounterStore, FixedWindowRateLimiter, StoreError } from '@rl/core'

const CALLERS = 12
/** Some callers stay with one identifier, which is soon at its limit: there, over-admission would show. */
const STANDING = ['standing.0', 'standing.1', 'standing.2'] as const
/** The others go on from one to the next, so that units are taken at all times. They share this many at once. */
const AT_ONCE = 4
/** More than the limits admit, so that some are denied. */
const CALLS_PER_IDENTIFIER = 12
/** A caller rests between two calls: a fault may last for seconds, in which more calls would show no more. */
const PAUSE_MS = 3
const LIMITS = [8, 9] as const

/** Two windows that end in the far future. */
export const WINDOWS = [
  { limit: LIMITS[0], window: '365d' },
  { limit: LIMITS[1], window: '30d', anchor: 'first-hit' },
] as const

/** Far beyond what a slow machine needs. */
export const PATIENCE = { timeout: 45_000, interval: 5 } as const

/** The answers about one identifier. */
export interface Told {
  admitted: number
  /** Calls that may have been charged or not. */
  unknown: number
}

/** Callers that ask a limiter for one identifier after another until they are stopped, and note the answers. */
export class Traffic {
  readonly name: string = Math.random().toString(36).slice(2)
  readonly #deadlineMs: number
  readonly told: Map<string, Told> = new Map()
  /** The errors of calls since the start. */
  failures: StoreError[] = []
  /** Answers or errors that no call may give. */
  readonly surprises: unknown[] = []
  answered = 0
  denied = 0
  calls = 0
  /** The keys of the standing identifiers match this pattern. */
  readonly standingKeys: string = `rl:*${this.name}:standing.*`
  /** By how much a call settled after its deadline, at most. In milliseconds. */
  latestMs = 0
  readonly #limiter: FixedWindowRateLimiter
  readonly #rounds: number[] = []
  #callers: Promise<unknown> | undefined
  #stopping = false
  #turns = 0
  #answeredInRow = 0
  /** When the fault was over; until then, what calls do is no matter of recovery. */
  #over = Number.POSITIVE_INFINITY
  #firstAnswerAt: number | undefined
  #lastFailureAt = 0

  constructor(store: CounterStore, { deadlineMs, breaker }: { deadlineMs: number; breaker: boolean }) {
    this.#deadlineMs = deadlineMs
    this.#limiter = new FixedWindowRateLimiter({ name: this.name, store, windows: WINDOWS, deadlineMs, breaker })
  }

  async start(): Promise<void> {
    this.#callers = Promise.all(Array.from({ length: CALLERS }, (_, i) => this.#keepCalling(i)))
    await this.until('calls to be answered', () => this.answered >= 50 && this.denied > 0)
    this.failures = []
  }

  /** Identifiers that are asked for just now. */
  askedFor(): readonly string[] {
    const round = Math.floor(this.#turns / (AT_ONCE * CALLS_PER_IDENTIFIER))
    return [...STANDING, ...Array.from({ length: AT_ONCE }, (_, i) => `${round}.${i}`)]
  }

  /** Resolves when all calls have settled. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#callers
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + PATIENCE.timeout
    while (!holds()) {
      if (performance.now() > giveUpAt) throw new Error(`gave up waiting for ${what}`)
      await sleep(PATIENCE.interval)
    }
  }

  /** Resolves once all calls under way have settled, and of each caller another one: none hangs as long as the fault lasts. */
  async turnOver(): Promise<void> {
    const rounds = [...this.#rounds]
    await this.until('every call to settle', () => this.#rounds.every((round, i) => round >= (rounds[i] ?? 0) + 2))
  }

  /**
   * Resolves once calls are answered one after the other, none of them failing any more. How long that took, in
   * milliseconds, from now to the last failure or the first answer of a call made after this.
   */
  async recovery(): Promise<number> {
    this.#over = performance.now()
    this.#answeredInRow = 0
    await this.until('calls to be answered again', () => this.#answeredInRow >= 5 * CALLERS)
    return Math.max(this.#firstAnswerAt ?? 0, this.#lastFailureAt) - this.#over
  }

  /** One more call. Its error is among the failures. */
  async also(call: (limiter: FixedWindowRateLimiter) => Promise<unknown>): Promise<void> {
    try {
      await call(this.#limiter)
    } catch (error) {
      if (error instanceof StoreError) this.failures.push(error)
      else this.surprises.push(error)
    }
  }

  async #keepCalling(caller: number): Promise<void> {
    this.#rounds[caller] = 0
    while (!this.#stopping) {
      const id = caller % 2 === 0 ? STANDING[(caller / 2) % STANDING.length] : this.#nextIdentifier()
      await this.#call(id ?? '')
      this.#rounds[caller]++
      await sleep(PAUSE_MS)
    }
  }

  #nextIdentifier(): string {
    const turn = this.#turns++
    return `${Math.floor(turn / (AT_ONCE * CALLS_PER_IDENTIFIER))}.${turn % AT_ONCE}`
  }

  async #call(id: string): Promise<void> {
    this.calls++
    const told = this.told.get(id) ?? { admitted: 0, unknown: 0 }
    this.told.set(id, told)
    const since = performance.now()
    try {
      const decision = await this.#limiter.limit(id)
      if (decision.allowed) told.admitted++
      else this.denied++
      if (decision.source !== 'store') this.surprises.push(decision)
      this.answered++
      this.#note(since, true)
    } catch (error) {
      if (!(error instanceof StoreError)) this.surprises.push(error)
      else if (error.outcome === 'unknown') told.unknown++
      if (error instanceof StoreError) this.failures.push(error)
      this.#note(since, false)
    }
  }

  #note(since: number, answered: boolean): void {
    const now = performance.now()
    this.latestMs = Math.max(this.latestMs, now - since - this.#deadlineMs)
    this.#answeredInRow = answered ? this.#answeredInRow + 1 : 0
    if (since < this.#over) return
    if (answered) this.#firstAnswerAt ??= now
    else this.#lastFailureAt = now
  }
}
