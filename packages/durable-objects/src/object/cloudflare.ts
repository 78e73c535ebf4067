/** The slice of a statement's result that is read. */
export interface SqlCursor {
  toArray(): Record<string, unknown>[]
  readonly rowsRead: number
  readonly rowsWritten: number
}

/** The slice of `ctx.storage.sql` that is called. */
export interface SqlStorage {
  exec(query: string, ...bindings: (string | number)[]): SqlCursor
}

/** The slice of the `ctx` of a Durable Object that is called, so that no package with Cloudflare's types is needed. */
export interface ObjectState {
  readonly storage: {
    readonly sql: SqlStorage
    getAlarm(): Promise<number | null>
    setAlarm(scheduledTime: number): Promise<void>
  }
  blockConcurrencyWhile(callback: () => Promise<void>): Promise<void>
}
