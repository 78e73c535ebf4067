import type { CalendarPeriod, CounterWindow, Window } from '@rl/core'
import type { Ending } from './expiry.ts'

/** One counter. Its end is kept by the `Expiry`. */
export interface Counter extends Ending {
  readonly table: Table
  readonly key: string
  used: number
  /** Place in the list of counters that may be evicted, or -1. */
  slot: number
  /** How often it was cleared. Absent until the first clear, which saves 8 bytes in almost all counters. */
  generation?: number
}

/** The counters of one limiter for one window, by identifier. */
export class Table {
  readonly counters: Map<string, Counter> = new Map()
  readonly #anchor: CounterWindow['anchor']
  readonly #unit: string | undefined
  readonly #windowMs: number | undefined
  readonly #period: CalendarPeriod | undefined
  readonly #timeZone: string | undefined
  /** The limit of the latest take: an adjustment brings none. */
  limit = 0
  /** When the epoch window that was asked about last ends. */
  #epochEnd = 0
  /** No window is longer, in milliseconds. */
  #longestMs: number

  constructor(window: CounterWindow) {
    this.#anchor = window.anchor
    this.#unit = window.unit
    if (window.anchor === 'calendar') {
      this.#period = window.period
      this.#timeZone = window.timeZone
      this.#longestMs = Number.MAX_SAFE_INTEGER
    } else {
      this.#longestMs = this.#windowMs = window.windowMs
    }
  }

  get isFirstHit(): boolean {
    return this.#anchor === 'first-hit'
  }

  /** Whether the counters are those of this window. Compares fields, as to build and hash a name takes longer. */
  isOf(window: CounterWindow): boolean {
    if (window.anchor !== this.#anchor || window.unit !== this.#unit) return false
    return window.anchor === 'calendar'
      ? window.period === this.#period && window.timeZone === this.#timeZone
      : window.windowMs === this.#windowMs
  }

  /** When a window that opens at `now` ends; undefined if `now` is outside the boundaries of a calendar window. */
  endAt(window: Window, now: number): number | undefined {
    if (window.anchor === 'calendar') {
      const { ends } = window
      this.#longestMs = window.longestMs
      return now < (ends[0] as number) ? undefined : ends.find((end) => end > now)
    }
    return window.anchor === 'epoch' ? this.#epochEndAt(window.windowMs, now) : this.latestEnd(now)
  }

  /** Later than this, no window ends that is open at `now`, unless the clock was turned back after it had opened. */
  latestEnd(now: number): number {
    if (this.#anchor === 'epoch') return this.#epochEndAt(this.#longestMs, now)
    return Math.min(now + this.#longestMs, Number.MAX_SAFE_INTEGER)
  }

  /** Remembered, as to divide numbers of this size is slow. */
  #epochEndAt(windowMs: number, now: number): number {
    if (now >= this.#epochEnd || now < this.#epochEnd - windowMs) this.#epochEnd = now - (now % windowMs) + windowMs
    return this.#epochEnd
  }
}
