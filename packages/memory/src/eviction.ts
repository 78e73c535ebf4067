import type { Counter } from './counter.ts'
import type { Table } from './table.ts'

const SAMPLES = 16

/** A counter and the table it lies in. */
export interface Victim {
  readonly table: Table
  readonly counter: Counter
}

/**
 * The least used of some counters below their limit, none of them expired: every such counter while there are at most 16 of
 * them, else 16 picked at random, so that the cost does not grow with the store.
 */
export function leastUsed(tables: Iterable<Table>, spared: readonly (Counter | undefined)[]): Victim | undefined {
  const all = [...tables]
  const total = all.reduce((sum, table) => sum + table.evictable.length, 0)
  let best: Victim | undefined
  const samples = total > SAMPLES ? SAMPLES : 0
  // Then in order, as far as it takes to find one: chance may have picked nothing but spared ones.
  for (let i = -samples; i < total && (i < 0 || samples === 0 || best === undefined); i++) {
    const candidate = at(all, i < 0 ? Math.floor(Math.random() * total) : i)
    if (candidate === undefined || spared.includes(candidate.counter)) continue
    if (best === undefined || candidate.counter.used < best.counter.used) best = candidate
  }
  return best
}

/** The counter that would be the first to end by itself. */
export function soonestToEnd(tables: Iterable<Table>, spared: readonly (Counter | undefined)[]): Victim | undefined {
  let best: Victim | undefined
  for (const table of tables) {
    const counter = table.soonestToEnd(spared)
    if (counter !== undefined && (best === undefined || counter.resetAt < best.counter.resetAt))
      best = { table, counter }
  }
  return best
}

function at(tables: readonly Table[], index: number): Victim | undefined {
  let i = index
  for (const table of tables) {
    const counter = table.evictable[i]
    if (counter !== undefined) return { table, counter }
    i -= table.evictable.length
  }
  return undefined
}
