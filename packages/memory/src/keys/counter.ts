import type { AdjustReply, CounterState, CounterWindow, Window } from '@rl/core'
import { endInTime, isSame } from './window.ts'

/** A counter, linked to the others of its identifier. Replies show the counters themselves, but not what is private. */
export class Counter implements CounterState {
  used = 0
  resetAt: number
  generation = 0
  /** As in the latest take: it has the limit, which adjustments don't name. */
  #window: Window
  #next: Counter | undefined

  constructor(window: Window, resetAt: number, next?: Counter) {
    this.resetAt = resetAt
    this.#window = window
    this.#next = next
  }

  /** Unlinks what has ended, which stays so even if the clock is turned back. @returns the first that is open. */
  open(now: number): Counter | undefined {
    this.#next = this.#next?.open(now)
    if (this.resetAt > now) return this
    this.resetAt = 0
    return this.#next
  }

  find(window: CounterWindow): Counter | undefined {
    return isSame(this.#window, window) ? this : this.#next?.find(window)
  }

  /** When the last of them ends. */
  get lastEnd(): number {
    return Math.max(this.resetAt, this.#next?.lastEnd ?? 0)
  }

  /** By a take. If the clock was turned back, the window must not last longer than its length. */
  asked(window: Window, now: number): void {
    this.#window = window
    this.resetAt = endInTime(this.resetAt, window, now)
  }

  /** A first-hit window is over. Any other goes on under the next generation. */
  clear(): void {
    this.used = 0
    if (this.#window.anchor === 'first-hit') this.resetAt = 0
    else this.generation++
  }

  /** All of the identifier's. */
  clearAll(): void {
    this.clear()
    this.#next?.clearAll()
  }

  /** Those of the least rank make room for others first; those of `Infinity` never do. */
  rank(now: number, evictsAll: boolean): number {
    this.asked(this.#window, now)
    const { used, resetAt } = this
    const locked = Math.max(used, evictsAll ? 2 ** 53 + resetAt : Number.POSITIVE_INFINITY)
    return Math.max(used < this.#window.limit ? used : locked, this.#next?.rank(now, evictsAll) ?? 0)
  }
}

const NO_WINDOW = { limit: 0 } as Window

/** A token that is remembered, with the first result of its adjustment: as a counter, it has used more than any limit. */
export class HeldToken extends Counter {
  readonly windows: AdjustReply['windows']

  constructor(until: number, windows: AdjustReply['windows']) {
    super(NO_WINDOW, until)
    this.used = Number.POSITIVE_INFINITY
    this.windows = windows
  }

  /** Stays: its adjustment must not take effect again. */
  override clearAll(): void {}
}
