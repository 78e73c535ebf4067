import type { Cost, Decision, FixedWindowRateLimiter, RateLimiter } from '@rl/core'
import { type CallerSetup, parseCost, type Setup } from '../setup/setup.ts'
import { History } from './history.ts'
import { createLimiters } from './limiters.ts'
import { afterMs, type CallTimes, callTimes } from './schedule.ts'

/** One question to all limiters, and the answer of each. */
export interface Entry {
  readonly number: number
  readonly at: number
  readonly id: string
  readonly kind: 'limit' | 'refund' | 'settle' | 'reset'
  readonly cost: Cost
  readonly answers: readonly Answer[]
}

export type Answer =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'refunded'; readonly gaveBack: boolean }
  | { readonly kind: 'settled'; readonly debt: number; readonly hasEnded: boolean }
  | { readonly kind: 'reset' }
  | { readonly kind: 'nothing' }

/** A refund or settlement that is due. */
interface Later {
  readonly at: number
  readonly caller: CallerSetup
  readonly decisions: readonly Decision[]
}

const KEPT_ENTRIES = 60
/** More than this in one go, and the clock stays behind. */
const MOST_EVENTS = 400

/** The limiters of a set-up, the clock they read, and those who call. */
export class Run {
  readonly start: number
  readonly limiters: readonly FixedWindowRateLimiter[]
  readonly histories: readonly History[]
  /** Newest first. */
  entries: readonly Entry[] = []
  /** The moment of the page's clock. */
  now: number
  #number = 0
  readonly #calls: readonly CallTimes[]
  #later: Later[] = []
  /** The last admitted call. */
  #admitted: { readonly id: string; readonly decisions: readonly Decision[] } | undefined

  /** @throws {Error} what is wrong with the set-up, in the limiter's words where it is the limiter's. */
  constructor(setup: Setup) {
    this.start = Date.parse(setup.start)
    if (!(this.start >= 0))
      throw new Error(`The clock starts at a moment such as 2026-01-01T12:00:00Z, not “${setup.start}”.`)
    this.now = this.start
    const limited = createLimiters(setup, () => this.now)
    this.limiters = limited.map(({ limiter }) => limiter)
    this.histories = limited.map((each) => new History(each))
    for (const caller of setup.callers) afterMs(caller)
    this.#calls = setup.callers.map((caller, i) => callTimes(caller, this.start, i))
  }

  /** The next moment at which anybody asks. */
  get nextAt(): number {
    return Math.min(...this.#calls.map(({ at }) => at), ...this.#later.map(({ at }) => at))
  }

  /** The next moment at which a window of the caller ends. */
  nextEnd(id: string): number {
    const ends = this.histories.flatMap((history) => history.windowsOf(id, this.now).map(({ end }) => end))
    return Math.min(...ends.filter((end) => end > this.now))
  }

  /** Lets the clock run up to a moment, or for `mostEvents` calls and changes. */
  async advance(to: number, mostEvents: number = MOST_EVENTS): Promise<void> {
    for (let events = 0; events < mostEvents; events++) {
      const at = this.nextAt
      if (at > to) {
        this.now = Math.max(this.now, to)
        return
      }
      this.now = Math.max(this.now, at)
      const due = this.#later.find((later) => later.at === at)
      if (due === undefined) await this.#callAll(at)
      else await this.#finish(due)
    }
  }

  /** By hand: calls now. */
  async call(caller: CallerSetup): Promise<Entry> {
    const cost = parseCost(caller.cost)
    const decisions: Decision[] = []
    for (const limiter of this.limiters) decisions.push(await limiter.limit(caller.id, { cost }))
    if (decisions.some(({ allowed }) => allowed)) {
      this.#admitted = { id: caller.id, decisions }
      const wait = afterMs(caller)
      if (wait !== undefined) this.#later.push({ at: this.now + wait, caller, decisions })
    }
    return this.#record(
      'limit',
      caller.id,
      cost,
      decisions.map((decision) => ({ kind: 'decision', decision })),
    )
  }

  /** Whether any call was admitted that can be given back or settled. */
  get canChangeLast(): boolean {
    return this.#admitted !== undefined
  }

  /** By hand: gives the last admitted call back. */
  async refundLast(): Promise<Entry | undefined> {
    return this.#admitted && this.#refund(this.#admitted.id, this.#admitted.decisions)
  }

  /** By hand: settles the last admitted call. */
  async settleLast(actual: Cost): Promise<Entry | undefined> {
    return this.#admitted && this.#settle(this.#admitted.id, this.#admitted.decisions, actual)
  }

  /** By hand: forgets the caller. */
  async reset(id: string): Promise<Entry> {
    for (const limiter of this.limiters) await limiter.reset(id)
    return this.#record(
      'reset',
      id,
      0,
      this.limiters.map(() => ({ kind: 'reset' })),
    )
  }

  async #callAll(at: number): Promise<void> {
    for (const times of this.#calls) {
      if (times.at !== at) continue
      for (let i = 0; i < times.calls; i++) await this.call(times.caller)
      times.advance()
    }
  }

  async #finish(due: Later): Promise<void> {
    this.#later = this.#later.filter((later) => later !== due)
    const { caller, decisions } = due
    if (caller.finish === 'refund') await this.#refund(caller.id, decisions)
    else await this.#settle(caller.id, decisions, parseCost(caller.actual))
  }

  async #refund(id: string, decisions: readonly Decision[]): Promise<Entry> {
    const answers = await this.#each(decisions, async (limiter, decision) => ({
      kind: 'refunded',
      gaveBack: await limiter.refund(decision),
    }))
    return this.#record('refund', id, 0, answers)
  }

  async #settle(id: string, decisions: readonly Decision[], actual: Cost): Promise<Entry> {
    const answers = await this.#each(decisions, async (limiter, decision) => {
      const { windows } = await limiter.settle(decision, actual)
      const debts = windows.map((window) => (window.state === 'settled' ? window.debt : 0))
      return { kind: 'settled', debt: Math.max(...debts), hasEnded: windows.every(({ state }) => state === 'ended') }
    })
    return this.#record('settle', id, actual, answers)
  }

  /** A denied call took nothing, so there is nothing to change. */
  async #each(
    decisions: readonly Decision[],
    change: (limiter: RateLimiter, decision: Decision) => Promise<Answer>,
  ): Promise<readonly Answer[]> {
    const answers: Answer[] = []
    for (const [i, limiter] of this.limiters.entries()) {
      const decision = decisions[i]
      answers.push(decision?.allowed ? await change(limiter, decision) : { kind: 'nothing' })
    }
    return answers
  }

  async #record(kind: Entry['kind'], id: string, cost: Cost, answers: readonly Answer[]): Promise<Entry> {
    const entry: Entry = { number: ++this.#number, at: this.now, id, kind, cost, answers }
    this.entries = [entry, ...this.entries.slice(0, KEPT_ENTRIES - 1)]
    for (const [i, history] of this.histories.entries()) await history.record(entry, answers[i], this.now)
    return entry
  }
}
