import { pop } from './pop.ts'
import type { Counter } from './scope.ts'

const SAMPLES = 16

/** Counters below their limit, in no order: what may be evicted when room is needed. */
export class Evictable {
  readonly #counters: Counter[] = []

  get size(): number {
    return this.#counters.length
  }

  set(counter: Counter, evictable: boolean): void {
    if (evictable === counter.slot >= 0) return
    if (evictable) {
      counter.slot = this.#counters.push(counter) - 1
      return
    }
    // The last one takes the place that becomes free.
    const last = pop(this.#counters)
    if (last !== counter) {
      this.#counters[counter.slot] = last
      last.slot = counter.slot
    }
    counter.slot = -1
  }

  /**
   * The least used of the counters while there are at most 16, else of 16 picked at random, so that the cost does not grow
   * with the store.
   */
  leastUsed(spared: readonly (Counter | undefined)[]): Counter | undefined {
    const { length } = this.#counters
    let best: Counter | undefined
    const samples = length > SAMPLES ? SAMPLES : 0
    // Then in order until one is found: all random samples may have been spared ones.
    for (let i = -samples; i < length && (i < 0 || samples === 0 || best === undefined); i++) {
      const candidate = this.#counters[i < 0 ? Math.floor(Math.random() * length) : i] as Counter
      if ((best === undefined || candidate.used < best.used) && !spared.includes(candidate)) best = candidate
    }
    return best
  }
}
