import type { Anchor } from '@rl/core'
import type { Counter } from './counter.ts'

/**
 * The counters of all identifiers for one kind of window. Expiry needs no timers: epoch windows all end at once, and
 * first-hit windows end in the order in which they opened. A Map keeps that order too, but the more of its first entries
 * were deleted, the longer it takes to find the first that is left.
 */
export class Table {
  readonly windowMs: number
  readonly anchor: Anchor
  #counters: Map<string, Counter> = new Map()
  #oldest: Counter | undefined
  #newest: Counter | undefined
  /** Counters below their limit, in no order: what may go when room is needed. */
  #evictable: Counter[] = []
  /** When the epoch window asked about last ends. */
  #epochEnd = 0
  /** No counter ends later. */
  #lastEnd = 0

  constructor(windowMs: number, anchor: Anchor) {
    this.windowMs = windowMs
    this.anchor = anchor
  }

  get size(): number {
    return this.#counters.size
  }

  get evictable(): readonly Counter[] {
    return this.#evictable
  }

  /** When a window that is open, or would open, at `now` ends. */
  endAt(now: number): number {
    if (this.anchor === 'first-hit') return Math.min(now + this.windowMs, Number.MAX_SAFE_INTEGER)
    // Remembered, as to divide numbers of this size is slow.
    if (now >= this.#epochEnd || now < this.#epochEnd - this.windowMs) {
      this.#epochEnd = now - (now % this.windowMs) + this.windowMs
    }
    return this.#epochEnd
  }

  /** The open counter of a key. */
  find(key: string, now: number): Counter | undefined {
    this.#shorten(now)
    const counter = this.#counters.get(key)
    if (counter === undefined) return undefined
    if (counter.resetAt > now) return counter
    this.remove(counter)
    return undefined
  }

  open(key: string, now: number): Counter {
    this.dropExpired(now, 2)
    this.#lastEnd = this.endAt(now)
    const older = this.#newest
    const own = ownCopy(key)
    const counter: Counter = { key: own, used: 0, resetAt: this.#lastEnd, slot: -1, older, newer: undefined }
    if (older === undefined) this.#oldest = counter
    else older.newer = counter
    this.#newest = counter
    this.#counters.set(own, counter)
    this.setEvictable(counter, true)
    return counter
  }

  remove(counter: Counter): void {
    this.setEvictable(counter, false)
    this.#counters.delete(counter.key)
    const { older, newer } = counter
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    // What is garbage must not hold on to what is not.
    counter.older = undefined
    counter.newer = undefined
  }

  setEvictable(counter: Counter, evictable: boolean): void {
    if (evictable === counter.slot >= 0) return
    if (evictable) {
      counter.slot = this.#evictable.push(counter) - 1
      return
    }
    // The last one takes the place that becomes free.
    const last = this.#evictable.pop()
    if (last !== undefined && last !== counter) {
      this.#evictable[counter.slot] = last
      last.slot = counter.slot
    }
    counter.slot = -1
  }

  /** @param most How many first-hit counters at most; opening one drops two, so that few expired ones stay around. */
  dropExpired(now: number, most: number = Number.POSITIVE_INFINITY): void {
    this.#shorten(now)
    if (this.anchor === 'first-hit') {
      for (let dropped = 0; dropped < most; dropped++) {
        const oldest = this.#oldest
        if (oldest === undefined || oldest.resetAt > now) return
        this.remove(oldest)
      }
    } else if (now >= this.#lastEnd && this.#counters.size > 0) {
      this.#counters = new Map()
      this.#evictable = []
      this.#oldest = undefined
      this.#newest = undefined
    }
  }

  /** The counter whose window ends first. */
  soonestToEnd(spared: readonly (Counter | undefined)[]): Counter | undefined {
    let counter = this.#oldest
    while (counter !== undefined && spared.includes(counter)) counter = counter.newer
    return counter
  }

  /** After the clock was turned back, no window must last longer than its length, nor the order of their ends change. */
  #shorten(now: number): void {
    const end = this.endAt(now)
    if (end >= this.#lastEnd) return
    this.#lastEnd = end
    for (const counter of this.#counters.values()) counter.resetAt = Math.min(counter.resetAt, end)
  }
}

/** A copy: V8 keeps all of a request for the sake of a key that was made of a piece of it. */
function ownCopy(key: string): string {
  return ` ${key}`.slice(1)
}
