import { MINUTE_MS } from './sweep-pause.ts'
import type { Table } from './table.ts'

/** An object's knowledge about itself, in a row that is never removed. */
export interface OwnRow {
  /** Over how many objects identifiers are spread. */
  readonly shards: number
  /** How long to wait between two sweeps. */
  readonly pauseMs: number
}

/** No key of an identifier is empty. */
const KEY = ''

/** @returns `undefined` in a new object. `at`: time is not before. */
export function readOwnRow(table: Table): (OwnRow & { readonly at: number }) | undefined {
  const row = table.read(KEY)
  if (row === undefined) return undefined
  const [shards, pauseMs = MINUTE_MS]: number[] = JSON.parse(String(row.value))
  return { shards: Number(shards), pauseMs, at: row.at }
}

export function writeOwnRow(table: Table, { shards, pauseMs }: OwnRow, now: number): void {
  table.write(KEY, JSON.stringify([shards, pauseMs]), now, Number.MAX_SAFE_INTEGER)
}
