import {
  type Clear,
  type CounterState,
  type CounterStore,
  type CounterWindow,
  isPlainObject,
  OptionError,
  type Refund,
  type RefundReply,
  StoreError,
  type Take,
  type TakeReply,
  type Window,
} from '@rl/core'
import type { Counter } from './counter.ts'
import { leastUsed, soonestToEnd } from './eviction.ts'
import { Table } from './table.ts'

/**
 * Options of a {@link MemoryStore}.
 *
 * @example new MemoryStore({ maxKeys: 100_000, whenFull: 'evict' })
 */
export interface MemoryStoreOptions {
  /** Most counters held at once, one for each identifier and window: an integer from 1 to 2^53-1. Default 1 000 000. */
  readonly maxKeys?: number | undefined
  /**
   * What happens to a call that needs a new counter when all `maxKeys` of them are at their limits in open windows:
   * - `'reject'` (default): it fails with a `StoreError` (`'not-executed'`), and the limiter's `onStoreError` decides;
   * - `'evict'`: the counter whose window ends soonest is forgotten, and its identifier admitted anew too early.
   */
  readonly whenFull?: 'reject' | 'evict' | undefined
  /** The clock: milliseconds since the epoch, an integer. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/**
 * Counters in this process's memory: for tests, for a single process, or as a fallback. Answers as Redis would. Bounded by
 * `maxKeys`; at the bound an expired counter goes first, then the least used of 16 picked at random among those below
 * their limit. Starts no timers.
 *
 * @example
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), limit: 100, window: '1m' })
 */
export class MemoryStore implements CounterStore {
  readonly #maxKeys: number
  readonly #whenFull: 'reject' | 'evict'
  readonly #now: () => number
  /** By window length, negative for first-hit windows. */
  readonly #tables: Map<number, Table> = new Map()
  /** The tables of the latest take, which the next one is likely to be about. */
  readonly #latest: Table[] = []
  /** What one take finds and answers, used again for the next. */
  readonly #counters: (Counter | undefined)[] = []
  readonly #reply: { taken: number; now: number; readonly windows: CounterState[] } = { taken: 0, now: 0, windows: [] }

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(options: MemoryStoreOptions = {}) {
    if (!isPlainObject(options)) throw new OptionError('options', 'a plain object', shown(options))
    // What somebody has put into Object.prototype is no option.
    const own: MemoryStoreOptions = Object.assign(Object.create(null), options)
    const { maxKeys = 1_000_000, whenFull = 'reject', now = Date.now } = own
    for (const name of Object.keys(own)) {
      if (!['maxKeys', 'whenFull', 'now'].includes(name)) {
        throw new OptionError('options', 'made of maxKeys, whenFull, now', `the unknown "${shown(name)}"`)
      }
    }
    if (!Number.isSafeInteger(maxKeys) || maxKeys < 1) {
      throw new OptionError('maxKeys', 'an integer from 1 to 2^53-1', shown(maxKeys))
    }
    if (whenFull !== 'reject' && whenFull !== 'evict') {
      throw new OptionError('whenFull', "'reject' or 'evict'", shown(whenFull))
    }
    if (typeof now !== 'function') throw new OptionError('now', 'a function', typeof now)
    this.#maxKeys = maxKeys
    this.#whenFull = whenFull
    this.#now = now
  }

  /** Counters held in open windows. */
  get size(): number {
    this.#dropExpired(this.#now())
    return this.#held()
  }

  async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    const now = this.#now()
    return takes.map((take) => {
      const reply = this.#take(take, now)
      if (reply instanceof Error) return reply
      return { ...reply, windows: reply.windows.map(({ used, resetAt }) => ({ used, resetAt })) }
    })
  }

  takeNow(take: Take): TakeReply | Error {
    return this.#take(take, this.#now())
  }

  async refund({ key, windows, cost }: Refund): Promise<RefundReply> {
    const now = this.#now()
    const refunded = windows.map((window) => {
      const table = this.#table(window)
      const counter = table.find(key, now)
      if (counter?.resetAt !== window.resetAt) return 0
      const units = Math.min(cost, counter.used)
      counter.used -= units
      if (units > 0) table.setEvictable(counter, true)
      return units
    })
    return { now, refunded }
  }

  async clear({ key, windows }: Clear): Promise<void> {
    const now = this.#now()
    for (const window of windows) {
      const table = this.#table(window)
      const counter = table.find(key, now)
      if (counter !== undefined) table.remove(counter)
    }
  }

  // The hot path: loops, as `map` and `entries` cost more than the counting, and one reply for all, of the counters themselves.
  #take({ key, windows, cost, times }: Take, now: number): TakeReply | Error {
    const counters = this.#counters
    const reply = this.#reply
    if (counters.length !== windows.length) reply.windows.length = counters.length = windows.length
    let taken = times
    let missing = 0
    for (let i = 0; i < windows.length; i++) {
      const window = windows[i] as Window
      const counter = this.#tableAt(i, window).find(key, now)
      counters[i] = counter
      if (counter === undefined) missing++
      const free = window.limit - (counter === undefined ? 0 : counter.used)
      if (free < times * cost || free < 0) taken = Math.min(taken, fitting(free, cost, times))
    }
    const units = taken * cost
    if (units > 0 && missing > 0 && !this.#makeRoom(counters, missing, now)) {
      const message = `the memory store is full: all ${this.#maxKeys} counters (maxKeys) are at their limits`
      return new StoreError(message, { outcome: 'not-executed' })
    }
    for (let i = 0; i < windows.length; i++) {
      const window = windows[i] as Window
      const table = this.#tableAt(i, window)
      const counter = counters[i] ?? (units > 0 ? table.open(key, now) : undefined)
      if (counter !== undefined) {
        counter.used += units
        table.setEvictable(counter, counter.used < window.limit)
      }
      reply.windows[i] = counter ?? { used: 0, resetAt: table.endAt(now) }
    }
    reply.taken = taken
    reply.now = now
    return reply
  }

  /** Room for those counters of a take that are missing, without touching the others of the take. */
  #makeRoom(counters: readonly (Counter | undefined)[], missing: number, now: number): boolean {
    if (this.#held() + missing <= this.#maxKeys) return true
    this.#dropExpired(now)
    const excess = this.#held() + missing - this.#maxKeys
    const present = counters.length - missing
    if (this.#whenFull === 'reject' ? excess > this.#evictable(counters) : excess > this.#held() - present) return false
    for (let i = 0; i < excess; i++) {
      const tables = [...this.#tables.values()]
      const victim = leastUsed(tables, counters) ?? soonestToEnd(tables, counters)
      victim?.table.remove(victim.counter)
    }
    return true
  }

  #evictable(spared: readonly (Counter | undefined)[]): number {
    let count = 0
    for (const table of this.#tables.values()) count += table.evictable.length
    return count - spared.filter((counter) => counter !== undefined && counter.slot >= 0).length
  }

  #held(): number {
    let count = 0
    for (const table of this.#tables.values()) count += table.size
    return count
  }

  #dropExpired(now: number): void {
    for (const table of this.#tables.values()) table.dropExpired(now)
  }

  #tableAt(place: number, window: CounterWindow): Table {
    const latest = this.#latest[place]
    if (latest !== undefined && latest.windowMs === window.windowMs && latest.anchor === window.anchor) return latest
    const table = this.#table(window)
    this.#latest[place] = table
    return table
  }

  #table({ windowMs, anchor }: CounterWindow): Table {
    const id = anchor === 'epoch' ? windowMs : -windowMs
    let table = this.#tables.get(id)
    if (table === undefined) {
      table = new Table(windowMs, anchor)
      this.#tables.set(id, table)
    }
    return table
  }
}

/** How often `cost` fits in what is free. Exact: no quotient of integers up to 2^53-1 is rounded up to the next integer. */
function fitting(free: number, cost: number, times: number): number {
  if (free < 0) return 0
  return cost === 0 ? times : Math.floor(free / cost)
}

/** A value as an error message may show it: short, and without asking objects how they would like to be shown. */
function shown(value: unknown): string {
  const isObject = typeof value === 'function' || (typeof value === 'object' && value !== null)
  return isObject ? typeof value : String(value).slice(0, 40)
}
