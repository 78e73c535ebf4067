import type { CounterState, Outside, Take, TakeReply, Window } from '@rl/core'
import { compactId } from '@rl/core/keys'
import type { Keys } from '../counters/keys.ts'
import { type Counter, Table } from '../counters/scope.ts'

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Takes, all answered in the same objects. Loops, as every call comes by here, and nothing is allocated for the usual take. */
export class Takes {
  readonly #keys: Keys
  readonly #tables: Table[] = []
  readonly #found: (Counter | undefined)[] = []
  readonly #states: Mutable<CounterState>[] = []
  readonly #reply: Mutable<TakeReply> = { timesTaken: 0, now: 0, windows: this.#states }

  constructor(keys: Keys) {
    this.#keys = keys
  }

  /** @returns undefined if there is no room for a new counter. The reply is used again for the next take. */
  take(take: Take, now: number): TakeReply | Outside | undefined {
    const { windows, costs, times } = take
    const keys = this.#keys
    const tables = this.#tables
    const found = this.#found
    const states = this.#states
    const { length } = windows
    if (states.length !== length) this.#resize(length)
    const scope = keys.scopes.of(take.scope)
    const key = compactId(take.id)
    let timesTaken = times
    let missing = 0
    let charges = false

    for (let i = 0; i < length; i++) {
      const window = windows[i] as Window
      const cost = costs[i] as number
      const table = scope.find(window, i) ?? new Table(scope, window)
      tables[i] = table
      const end = table.endAt(window, now)
      if (end === undefined) return { outside: true, now }
      const counter = keys.find(table, key, now)
      const state = states[i] as Mutable<CounterState>
      found[i] = counter
      if (counter === undefined) {
        missing++
        state.used = 0
        state.resetAt = end
        state.generation = 0
      } else {
        const stored = keys.endOf(counter)
        state.used = counter.used
        state.resetAt = stored !== end && stored > table.latestEnd(now) ? end : stored
        state.generation = counter.generation ?? 0
      }
      const free = window.limit - state.used
      if (free < times * cost) timesTaken = Math.min(timesTaken, fitting(free, cost, times))
      if (cost > 0) charges = true
    }

    const opens = charges && timesTaken > 0
    if (opens && missing > 0 && !keys.makeRoom(missing, found, now)) return undefined
    for (let i = 0; i < length; i++) {
      const window = windows[i] as Window
      const state = states[i] as Mutable<CounterState>
      let counter = found[i]
      if (opens) {
        if (counter === undefined) counter = keys.open(tables[i] as Table, key, state.resetAt, now)
        counter.used = state.used += timesTaken * (costs[i] as number)
      }
      if (counter === undefined) continue
      // The clock was turned back: the window must not last longer than its length.
      if (keys.endOf(counter) !== state.resetAt) keys.shorten(counter, state.resetAt)
      counter.table.limit = window.limit
      keys.used(counter)
    }
    this.#reply.timesTaken = timesTaken
    this.#reply.now = now
    return this.#reply
  }

  #resize(length: number): void {
    this.#tables.length = length
    this.#found.length = length
    this.#states.length = length
    for (let i = 0; i < length; i++) this.#states[i] ??= { used: 0, resetAt: 0, generation: 0 }
  }
}

/** How often `cost` fits in what is free. Exact: no quotient of integers up to 2^53-1 is rounded up to the next integer. */
function fitting(free: number, cost: number, times: number): number {
  if (free < 0) return 0
  return cost === 0 ? times : Math.floor(free / cost)
}
