import type { Counter } from './counter.ts'

/** The counters with the most units, as a heap whose root is the least of them: memory is bounded however many are added. */
export class Largest {
  readonly #size: number
  readonly #heap: Counter[] = []
  /** SCAN may return a key twice. */
  readonly #places = new Set<string>()

  /** @param size How many to keep, 1 or more. */
  constructor(size: number) {
    this.#size = size
  }

  add(counter: Counter): void {
    const heap = this.#heap
    const place = placeIn(counter)
    if (this.#places.has(place)) return
    if (heap.length < this.#size) {
      heap.push(counter)
      this.#rise(heap.length - 1)
    } else {
      const least = heap[0]
      if (least === undefined || order(counter, least) >= 0) return
      this.#places.delete(placeIn(least))
      heap[0] = counter
      this.#sink()
    }
    this.#places.add(place)
  }

  /** Most units first; equal ones by key. */
  sorted(): readonly Counter[] {
    return this.#heap.toSorted(order)
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfLess(at, parent)) return
      at = parent
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const child = this.#isLess(right, left) ? right : left
      if (!this.#swapIfLess(child, at)) return
      at = child
    }
  }

  #swapIfLess(lower: number, upper: number): boolean {
    if (!this.#isLess(lower, upper)) return false
    const heap = this.#heap
    ;[heap[lower], heap[upper]] = [heap[upper] as Counter, heap[lower] as Counter]
    return true
  }

  /** Whether the first of two places holds a counter that comes later in the list. */
  #isLess(at: number, than: number): boolean {
    const [one, other] = [this.#heap[at], this.#heap[than]]
    return one !== undefined && other !== undefined && order(one, other) > 0
  }
}

function placeIn({ key, window, anchor, unit }: Counter): string {
  return `${key} ${window} ${anchor} ${unit}`
}

/** By code units: the same in every locale. */
function order(one: Counter, other: Counter): number {
  if (one.used !== other.used) return other.used - one.used
  return placeIn(one) < placeIn(other) ? -1 : 1
}
