import { compactId, ownCopy } from '@rl/core/keys'

/** How often one identifier was denied, at most. */
export interface DeniedCount {
  readonly limiter: string
  readonly id: string
  readonly count: number
  /** By how much `count` may be too high. */
  readonly error: number
}

interface Counter {
  limiter: string
  id: string
  count: number
  error: number
  /** In the heap. */
  place: number
}

const MAX_COUNTERS = 1000

/**
 * The identifiers denied most, by a bounded number of counters (the algorithm "Space-Saving"): one that is not counted yet
 * takes the counter of the one that was denied least, with its count, which is how much too high it may be then. Identifiers
 * that were denied more often than the least count are certainly there.
 */
export class MostDenied {
  readonly #byKey: Map<string, Counter> = new Map()
  /** The least first: a binary heap. */
  readonly #heap: Counter[] = []

  add(limiter: string, id: string): void {
    const compact = compactId(id)
    const known = this.#byKey.get(keyOf(limiter, compact))
    if (known !== undefined) {
      known.count++
      return this.#sink(known)
    }
    const own = ownCopy(compact)
    const key = keyOf(limiter, own)
    if (this.#heap.length < MAX_COUNTERS) {
      const counter = { limiter, id: own, count: 1, error: 0, place: this.#heap.length }
      this.#byKey.set(key, counter)
      this.#heap.push(counter)
      return this.#rise(counter)
    }
    const least = this.#heap[0] as Counter
    this.#byKey.delete(keyOf(least.limiter, least.id))
    this.#byKey.set(key, least)
    Object.assign(least, { limiter, id: own, count: least.count + 1, error: least.count })
    this.#sink(least)
  }

  /** The most denied first. */
  top(most: number): { readonly identifiers: readonly DeniedCount[]; readonly othersAtMost: number } {
    const sorted = [...this.#heap].sort((one, other) => other.count - one.count)
    const identifiers = sorted
      .slice(0, most)
      .map(({ limiter, id, count, error }): DeniedCount => ({ limiter, id, count, error }))
    const isFull = this.#heap.length === MAX_COUNTERS
    return { identifiers, othersAtMost: sorted[most]?.count ?? (isFull ? (sorted.at(-1)?.count ?? 0) : 0) }
  }

  #rise(counter: Counter): void {
    for (;;) {
      const parent = this.#heap[(counter.place - 1) >> 1]
      if (parent === undefined || parent.count <= counter.count) return
      this.#swap(counter, parent)
    }
  }

  #sink(counter: Counter): void {
    for (;;) {
      const left = this.#heap[2 * counter.place + 1]
      const right = this.#heap[2 * counter.place + 2]
      const least = right !== undefined && left !== undefined && right.count < left.count ? right : left
      if (least === undefined || least.count >= counter.count) return
      this.#swap(counter, least)
    }
  }

  #swap(one: Counter, other: Counter): void {
    const { place } = one
    one.place = other.place
    other.place = place
    this.#heap[one.place] = one
    this.#heap[other.place] = other
  }
}

function keyOf(limiter: string, id: string): string {
  return `${limiter.length} ${limiter} ${id}`
}
