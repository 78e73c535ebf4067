import type { SqlStorage } from './cloudflare.ts'

/** A stored row: an identifier's counters, or a token. */
export interface StoredRow {
  readonly value: unknown
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number
  /** From when on it may be removed. */
  readonly ends: number
}

/** The object's one table. Without row ids and further indexes, a write is one row. */
export class Table {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(
      'CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, value, at INTEGER NOT NULL, ends INTEGER NOT NULL) WITHOUT ROWID',
    )
  }

  read(key: string): StoredRow | undefined {
    const [row] = this.#sql.exec('SELECT value, at, ends FROM counters WHERE key = ?', key).toArray()
    return row as unknown as StoredRow | undefined
  }

  write(key: string, value: string, at: number, ends: number): void {
    const upsert = 'ON CONFLICT (key) DO UPDATE SET value = ?2, at = ?3, ends = ?4'
    this.#sql.exec(`INSERT INTO counters VALUES (?1, ?2, ?3, ?4) ${upsert}`, key, value, at, ends)
  }

  /** Removes the rows that have ended. Reads all. */
  removeEnded(now: number): { readonly seen: number; readonly removed: number } {
    const { rowsRead, rowsWritten } = this.#sql.exec('DELETE FROM counters WHERE ends <= ?', now)
    return { seen: rowsRead, removed: rowsWritten }
  }
}
