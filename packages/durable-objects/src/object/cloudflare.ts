/** As much of the result of a statement as is read. */
export interface SqlCursor {
  toArray(): Record<string, unknown>[]
  readonly rowsRead: number
  readonly rowsWritten: number
}

/** As much of `ctx.storage.sql` as is called. */
export interface SqlStorage {
  exec(query: string, ...bindings: (string | number)[]): SqlCursor
}

/** As much of the `ctx` of a Durable Object as is called, so that no package with Cloudflare's types is needed. */
export interface ObjectState {
  readonly storage: {
    readonly sql: SqlStorage
    getAlarm(): Promise<number | null>
    setAlarm(scheduledTime: number): Promise<void>
  }
  blockConcurrencyWhile(callback: () => Promise<void>): Promise<void>
}
