import type { Outside, StoreError, Take, TakeReply, Window } from '@rl/core'
import { compactId } from '@rl/core/keys'
import { Counter } from '../keys/counter.ts'
import type { Keys } from '../keys/keys.ts'
import { endAt, isOutside } from '../keys/window.ts'

/** Takes, all answered by one object that shows the counters themselves: nothing is allocated for the usual take. */
export class Takes {
  readonly #keys: Keys
  readonly #counters: Counter[] = []
  readonly #reply: { timesTaken: number; now: number; windows: readonly Counter[] } = {
    timesTaken: 0,
    now: 0,
    windows: this.#counters,
  }

  constructor(keys: Keys) {
    this.#keys = keys
  }

  /** The reply is used again for the next take. */
  take({ scope, id, windows, costs, times }: Take, now: number): TakeReply | Outside | StoreError {
    const { length } = windows
    for (let i = 0; i < length; i++) if (isOutside(windows[i] as Window, now)) return { outside: true, now }

    const counters = this.#counters
    if (counters.length > length) counters.length = length
    const key = compactId(id)
    const first = this.#keys.get(scope, key, now)
    let newest = first
    let timesTaken = times
    let charges = false
    for (let i = 0; i < length; i++) {
      const window = windows[i] as Window
      const cost = costs[i] as number
      let counter = first?.find(window)
      if (counter === undefined) counter = newest = new Counter(window, endAt(window, now), newest)
      else counter.asked(window, now)
      counters[i] = counter
      const free = window.limit - counter.used
      // Exact: no quotient of integers up to 2^53-1 is rounded up to the next integer.
      if (free < times * cost) timesTaken = Math.min(timesTaken, free < 0 ? 0 : Math.floor(free / cost))
      if (cost > 0) charges = true
    }

    if (charges && timesTaken > 0) {
      const full = newest !== undefined && newest !== first && this.#keys.put(scope, key, newest, now)
      if (full) return full
      for (let i = 0; i < length; i++) (counters[i] as Counter).used += timesTaken * (costs[i] as number)
    }
    this.#reply.timesTaken = timesTaken
    this.#reply.now = now
    return this.#reply
  }
}
