import { ownCopy } from '@rl/core/keys'
import type { Settings } from '../options.ts'
import { Evictable } from './evictable.ts'
import { Expiry } from './expiry.ts'
import type { Counter, HeldToken, Scope, Table } from './scope.ts'
import { Scopes } from './scopes.ts'

type Spared = readonly (Counter | undefined)[]

/** All that a store holds, up to `maxKeys`: counters and tokens. */
export class Keys {
  readonly scopes: Scopes = new Scopes()
  readonly #counters: Expiry<Counter> = new Expiry()
  readonly #tokens: Expiry<HeldToken> = new Expiry()
  readonly #evictable: Evictable = new Evictable()
  readonly #settings: Settings
  /** No counter was opened later by the clock, which may have been turned back since. */
  #latestOpening = 0

  constructor(settings: Settings) {
    this.#settings = settings
  }

  countOpen(now: number): number {
    return this.#counters.countOpen(now) + this.#tokens.countOpen(now)
  }

  /** The open counter of an identifier. */
  find(table: Table, key: string, now: number): Counter | undefined {
    const counter = table.counters.get(key)
    if (counter === undefined || this.#counters.endOf(counter) > now) return counter
    this.remove(counter)
    return undefined
  }

  endOf(counter: Counter): number {
    return this.#counters.endOf(counter)
  }

  open(table: Table, key: string, end: number, now: number): Counter {
    this.dropEnded(now)
    const counter: Counter = { table, key: ownCopy(key), used: 0, slot: -1, place: 0 }
    if (table.counters.size === 0) this.scopes.add(table)
    table.counters.set(counter.key, counter)
    this.#counters.add(counter, end)
    if (now > this.#latestOpening) this.#latestOpening = now
    return counter
  }

  remove(counter: Counter): void {
    this.#evictable.set(counter, false)
    this.#counters.remove(counter)
    const { table, key } = counter
    table.counters.delete(key)
    if (table.counters.size === 0) this.scopes.remove(table)
  }

  shorten(counter: Counter, end: number): void {
    this.#counters.move(counter, end)
  }

  /** To be called whenever `used` or the limit may have changed. */
  used(counter: Counter): void {
    this.#evictable.set(counter, counter.used < counter.table.limit)
  }

  remember(token: HeldToken, until: number): void {
    const { scope, key } = token
    scope.tokens ??= new Map()
    scope.tokens.set(key, token)
    this.#tokens.add(token, until)
  }

  recall({ tokens }: Scope, key: string, now: number): HeldToken | undefined {
    const token = tokens?.get(key)
    if (token === undefined || this.#tokens.endOf(token) > now) return token
    this.#forget(token)
    return undefined
  }

  /**
   * Removes some of what has ended. Every operation does this, and again for each counter that it opens: so what is held
   * follows what is open, without a timer and without an operation that takes long.
   */
  dropEnded(now: number): void {
    for (let i = 0; i < 4; i++) if (!this.#dropOne(now)) return
  }

  /** Makes room for new keys without touching the spared counters. If there is not enough, nothing that is open goes. */
  makeRoom(count: number, spared: Spared, now: number): boolean {
    const { maxKeys, whenFull } = this.#settings
    const excess = (): number => this.#counters.size + this.#tokens.size + count - maxKeys
    while (excess() > 0 && this.#dropOne(now));
    if (excess() <= 0) return true
    if (this.#latestOpening > now) this.#shortenAll(now)
    const present = spared.filter((counter) => counter !== undefined)
    const available =
      whenFull === 'reject'
        ? this.#evictable.size - present.filter(({ slot }) => slot >= 0).length
        : this.#counters.size - present.length
    if (excess() > available) return false
    while (excess() > 0) this.remove(this.#evictable.leastUsed(spared) ?? this.#soonestToEnd(present))
    return true
  }

  #dropOne(now: number): boolean {
    const counter = this.#counters.ended(now)
    if (counter !== undefined) {
      this.remove(counter)
      return true
    }
    const token = this.#tokens.ended(now)
    if (token === undefined) return false
    this.#forget(token)
    return true
  }

  #forget(token: HeldToken): void {
    this.#tokens.remove(token)
    token.scope.tokens?.delete(token.key)
    this.scopes.removeIfEmpty(token.scope)
  }

  /** Called only if there is a counter that is not spared. */
  #soonestToEnd(spared: readonly Counter[]): Counter {
    const first = this.#counters.first as Counter
    if (!spared.includes(first)) return first
    const end = this.endOf(first)
    this.#counters.remove(first)
    const next = this.#soonestToEnd(spared)
    this.#counters.add(first, end)
    return next
  }

  /** After the clock was turned back, counters of a later time would take up room for longer than their windows last. */
  #shortenAll(now: number): void {
    for (const counter of [...this.#counters.all]) {
      const latest = counter.table.latestEnd(now)
      if (this.endOf(counter) > latest) this.shorten(counter, latest)
    }
    this.#latestOpening = now
  }
}
