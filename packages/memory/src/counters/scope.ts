import type { AdjustReply, CalendarPeriod, CounterWindow, Window } from '@rl/core'
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

/** A token that is remembered, with the first result of its adjustment. Its end is kept by the `Expiry`. */
export interface HeldToken extends Ending {
  readonly scope: Scope
  readonly key: string
  readonly windows: AdjustReply['windows']
}

/** What is held for one limiter. */
export class Scope {
  readonly name: string
  /** Those that have counters. */
  readonly tables: Table[] = []
  tokens: Map<string, HeldToken> | undefined

  constructor(name: string) {
    this.name = name
  }

  /** @param place Where the window stands in its operation, which is usually where its table stands too. */
  find(window: CounterWindow, place: number): Table | undefined {
    const table = this.tables[place]
    return table?.isOf(window) ? table : this.tables.find((other) => other.isOf(window))
  }
}

/** The counters of one limiter for one window, by identifier. Part of its scope while it has any. */
export class Table {
  readonly scope: Scope
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

  constructor(scope: Scope, window: CounterWindow) {
    this.scope = scope
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

  /** No window that is open at `now` ends later, unless the clock was turned back after it had opened. */
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
