import type { CounterWindow } from '@rl/core'
import { Table } from './table.ts'
import type { HeldToken } from './token.ts'

/** What is held for one limiter. */
export class Scope {
  readonly name: string
  readonly tokens: Map<string, HeldToken> = new Map()
  tables: Table[] = []

  constructor(name: string) {
    this.name = name
  }

  /** @param place Where the window stands in its operation, which is usually where its table stands too. */
  find(window: CounterWindow, place: number): Table | undefined {
    const table = this.tables[place]
    return table?.isOf(window) ? table : this.tables.find((other) => other.isOf(window))
  }
}

/** The limiters that have anything here, by name. */
export class Scopes {
  readonly #byName: Map<string, Scope> = new Map()
  /** The latest, as operations come in runs of one limiter. */
  #latest: Scope | undefined
  /** Scopes and tables. */
  #count = 0
  /** Empty ones are removed when there are more than this. */
  #most = 64

  /** Each operation asks here first: what it finds afterwards is not removed before the next. */
  of(name: string): Scope {
    if (this.#count > this.#most) this.#removeEmpty()
    if (this.#latest?.name === name) return this.#latest
    let scope = this.#byName.get(name)
    if (scope === undefined) {
      scope = new Scope(name)
      this.#byName.set(name, scope)
      this.#count++
    }
    this.#latest = scope
    return scope
  }

  addTable(scope: Scope, window: CounterWindow): Table {
    const table = new Table(window)
    scope.tables.push(table)
    this.#count++
    return table
  }

  /** Limiters may be made for each tenant, or have windows that are never asked about again. */
  #removeEmpty(): void {
    let count = 0
    for (const scope of this.#byName.values()) {
      scope.tables = scope.tables.filter(({ counters }) => counters.size > 0)
      if (scope.tables.length + scope.tokens.size === 0) this.#byName.delete(scope.name)
      else count += 1 + scope.tables.length
    }
    this.#latest = undefined
    this.#count = count
    this.#most = 2 * count + 64
  }
}
