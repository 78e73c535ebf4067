import type { StoreError } from '@rl/core'
import { ownCopy } from '@rl/core/keys'
import type { Settings } from '../options.ts'
import { refusal } from '../refusal.ts'
import type { Counter } from './counter.ts'

type Scope = Map<string, Counter>

interface Place {
  readonly name: string
  readonly key: string
  counter: Counter
}

/** To make room, the least used of this many keys goes. If none of these may go, the next one that may, up to the maximum. */
const FEW = 16
const MANY = 256

/** All that a store holds, up to `maxKeys`: identifiers with their counters, and tokens. */
export class Keys {
  readonly #settings: Settings
  /** The limiters that have keys. There may be one for each tenant. */
  readonly #scopes: Map<string, Scope> = new Map()
  /** The latest scope that was asked for, held or not, as operations come in runs of one limiter. */
  #latest: Scope = new Map()
  #latestName = ''
  #size = 0
  /** Goes round all keys, a few at a time. */
  #hand: Iterator<Place, undefined> | undefined
  /** When the first of the keys ends, of those that the hand has passed while it is under way. */
  #nextEnd: number = Number.POSITIVE_INFINITY

  constructor(settings: Settings) {
    this.#settings = settings
  }

  countOpen(now: number): number {
    let count = 0
    for (const scope of this.#scopes.values()) for (const counter of scope.values()) if (counter.lastEnd > now) count++
    return count
  }

  /** The first of the open counters under a key. */
  get(name: string, key: string, now: number): Counter | undefined {
    return this.#scope(name).get(key)?.open(now)
  }

  /**
   * Puts counters under a key, in place of the present ones.
   *
   * @param spared What must not make room for it.
   * @returns the error if there is no room.
   */
  put(name: string, key: string, counter: Counter, now: number, spared?: Counter): StoreError | undefined {
    const scope = this.#scope(name)
    let own = key
    if (!scope.has(key)) {
      if (!this.#makeRoom(now, spared)) {
        const { maxKeys } = this.#settings
        return refusal(`the memory store is full: all ${maxKeys} keys (maxKeys) are counters at their limits or tokens`)
      }
      own = ownCopy(key)
      this.#scopes.set(name, scope)
      this.#size++
    }
    scope.set(own, counter)
    this.#nextEnd = Math.min(this.#nextEnd, counter.lastEnd)
    return undefined
  }

  delete(name: string, key: string): void {
    const scope = this.#scopes.get(name)
    if (!scope?.delete(key)) return
    this.#size--
    if (scope.size === 0) this.#scopes.delete(name)
  }

  /** Clears all counters of a limiter. */
  clear(name: string): void {
    for (const counter of this.#scopes.get(name)?.values() ?? []) counter.clearAll()
  }

  /**
   * Looks at a few keys, if any has ended. Every operation does this: so what is held follows what is open, without a timer and
   * without an operation that takes long.
   */
  sweep(now: number): void {
    for (let i = 0; i < 4 && (this.#hand !== undefined || this.#nextEnd <= now); i++) this.#look(now)
  }

  #scope(name: string): Scope {
    if (name !== this.#latestName) {
      this.#latestName = name
      this.#latest = this.#scopes.get(name) ?? new Map()
    }
    return this.#latest
  }

  *#round(): Generator<Place, undefined> {
    for (const [name, scope] of this.#scopes) for (const [key, counter] of scope) yield { name, key, counter }
  }

  /** The next of all keys, unless it has ended and was removed, or all have been passed. */
  #look(now: number): Place | undefined {
    if (this.#hand === undefined) {
      this.#hand = this.#round()
      this.#nextEnd = Number.POSITIVE_INFINITY
    }
    const place = this.#hand.next().value
    if (place === undefined) {
      this.#hand = undefined
      return undefined
    }
    const counter = place.counter.open(now)
    if (counter === undefined) {
      this.delete(place.name, place.key)
      return undefined
    }
    this.#nextEnd = Math.min(this.#nextEnd, counter.lastEnd)
    place.counter = counter
    return place
  }

  #makeRoom(now: number, spared: Counter | undefined): boolean {
    const { maxKeys, whenFull } = this.#settings
    let victim: Place | undefined
    let least = Number.POSITIVE_INFINITY
    for (let looks = 0; this.#size >= maxKeys; looks++) {
      if (victim !== undefined && looks >= FEW) this.delete(victim.name, victim.key)
      else if (looks >= MANY) return false
      else {
        const place = this.#look(now)
        const rank = place?.counter.rank(now, whenFull === 'evict') ?? least
        if (rank < least && place?.counter !== spared) {
          least = rank
          victim = place
        }
      }
    }
    return true
  }
}
