import { Scope, type Table } from './scope.ts'

/** The limiters for which something is held, by name. There may be one for each tenant. */
export class Scopes {
  readonly #byName: Map<string, Scope> = new Map()
  /** The latest that was asked for, held or not, as operations come in runs of one limiter. */
  #latest: Scope | undefined

  /** The scope that is held, or a new one, which is held from when something is added. */
  of(name: string): Scope {
    if (this.#latest?.name === name) return this.#latest
    const scope = this.#byName.get(name) ?? new Scope(name)
    this.#latest = scope
    return scope
  }

  add(table: Table): void {
    table.scope.tables.push(table)
    this.#byName.set(table.scope.name, table.scope)
  }

  remove(table: Table): void {
    const { tables } = table.scope
    tables.splice(tables.indexOf(table), 1)
    this.removeIfEmpty(table.scope)
  }

  removeIfEmpty({ name, tables, tokens }: Scope): void {
    if (tables.length === 0 && !tokens?.size) this.#byName.delete(name)
  }
}
