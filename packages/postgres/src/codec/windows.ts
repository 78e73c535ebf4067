import type { Window } from '@rl/core'
import { counterName } from '@rl/core/keys'
import { integers, texts } from './literals.ts'

const EPOCH = 0
const FIRST_HIT = 1
const CALENDAR = 2

/** The windows of a list's takes. */
export class Windows {
  readonly #names: string[] = []
  readonly #numbers: number[] = []
  readonly #bounds: number[] = []
  /** Takes of one limiter share their array of windows. */
  readonly #places = new Map<readonly Window[], number>()

  /** The place of the first of these windows; the others follow it. */
  placeOf(windows: readonly Window[]): number {
    const known = this.#places.get(windows)
    if (known !== undefined) return known
    const place = this.#names.length + 1
    this.#places.set(windows, place)
    for (const window of windows) this.#add(window)
    return place
  }

  toString(): string {
    return `${texts(this.#names)},${integers(this.#numbers)},${integers(this.#bounds)}`
  }

  #add(window: Window): void {
    this.#names.push(counterName(window))
    if (window.anchor === 'calendar') {
      const from = this.#bounds.length + 1
      for (const end of window.ends) this.#bounds.push(end)
      this.#numbers.push(window.limit, CALENDAR, window.longestMs, from, this.#bounds.length)
    } else {
      this.#numbers.push(window.limit, window.anchor === 'epoch' ? EPOCH : FIRST_HIT, window.windowMs, 0, 0)
    }
  }
}
