import { Amounts } from './amounts.ts'

/** A moment at which an operation saw the counter, somewhere between `invoked` and `returned`. */
export interface Visit {
  /** `-Infinity` if it may have seen the counter before it was called: from a cache. */
  readonly invoked: number
  readonly returned: number
  /** Units used before it. `Infinity` if it told a lower bound only. */
  readonly before: number
  /** Units used after it, or a lower bound of them. */
  readonly after: number
  /** Units it charged: `after - before`, or 0. */
  readonly charged: number
  /** Whether it was told from units taken ahead, when the counter may have moved on already. */
  readonly ahead: boolean
}

/** Units that may have been taken away from a counter. */
export interface Drop {
  readonly invoked: number
  /** `Infinity` if it may take effect at any later time. */
  readonly returned: number
  readonly units: number
  /** Whether all of the units are gone for certain once it has returned. */
  readonly certain: boolean
}

/** Units that may have been charged by calls of unknown outcome that were invoked by a moment. */
export type Unknown = (moment: number) => number

/** Everything that touched one counter: one identifier, one window. */
export class Counter {
  readonly id: string
  readonly resetAt: number
  readonly visits: readonly Visit[]
  /** Those that charged units. */
  readonly charges: readonly Visit[]
  readonly unknown: Unknown
  /** The highest limit that an admitted call was checked against. */
  readonly limit: number
  readonly #dropsBegun: Amounts
  readonly #dropsDone: Amounts

  constructor(parts: {
    readonly id: string
    readonly resetAt: number
    readonly visits: readonly Visit[]
    readonly drops: readonly Drop[]
    readonly unknown: Unknown
    readonly limit: number
  }) {
    this.id = parts.id
    this.resetAt = parts.resetAt
    this.visits = parts.visits
    this.charges = parts.visits.filter(({ charged }) => charged > 0)
    this.unknown = parts.unknown
    this.limit = parts.limit
    this.#dropsBegun = new Amounts(parts.drops.map(({ invoked, units }) => ({ at: invoked, units })))
    const certain = parts.drops.filter((drop) => drop.certain)
    this.#dropsDone = new Amounts(certain.map(({ returned, units }) => ({ at: returned, units })))
  }

  /** The most units that can have been given back by the end of an operation. */
  mostDropped(by: { readonly returned: number }): number {
    return this.#dropsBegun.until(by.returned)
  }

  /** The fewest units that must have been given back by the beginning of an operation. */
  leastDropped(by: { readonly invoked: number }): number {
    return this.#dropsDone.before(by.invoked)
  }

  get everDropped(): number {
    return this.#dropsBegun.total
  }
}
