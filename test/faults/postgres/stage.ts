import type { CounterStore } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { createTables, type PostgresClient, PostgresStore } from '@rl/postgres'
import { type PostgresServer, startPostgres } from '@rl/test-servers'
import { Pool } from 'pg'
import postgres from 'postgres'
import { COUNTERS, type Counted } from '../audit.ts'
import type { PostgresStoreName } from '../stores.ts'
import { type StatementProxy, startStatementProxy } from './proxy.ts'

/** A PostgreSQL with a proxy before it, and a store over one of its clients. */
export class PostgresStage {
  readonly server: PostgresServer
  readonly proxy: StatementProxy
  readonly #client: PostgresStoreName
  /** Which table the store uses. */
  #table = 'rate_limits'
  #close: (() => Promise<unknown>) | undefined

  private constructor(client: PostgresStoreName, server: PostgresServer, proxy: StatementProxy) {
    this.#client = client
    this.server = server
    this.proxy = proxy
  }

  static async open(client: PostgresStoreName): Promise<PostgresStage> {
    const server = await startPostgres({ settings: { deadlock_timeout: '50ms' } })
    return new PostgresStage(client, server, await startStatementProxy(server.port))
  }

  /** From the next `connect` on. */
  useTables(unlogged: boolean): void {
    this.#table = unlogged ? 'rate_limits_unlogged' : 'rate_limits'
  }

  async connect(): Promise<CounterStore> {
    await this.#close?.()
    const unlogged = this.#table !== 'rate_limits'
    await this.admin((pool) => createTables(pool, { table: this.#table, unlogged }))
    const { client, close } = clientOf(this.#client, this.proxy.port)
    this.#close = close
    return new PostgresStore(client, { table: this.#table })
  }

  async counted(name: string): Promise<ReadonlyMap<string, Counted>> {
    const prefix = counterKey({ scope: name, id: 'x' }).slice(0, -1)
    const clock = 'extract(epoch FROM clock_timestamp()) * 1000'
    const rows = await this.query(
      `SELECT key, names, used, (SELECT max(e) FROM unnest(ends) e) - ${clock} AS ttl FROM ${this.#table} WHERE starts_with(key, $1)`,
      [prefix],
    )
    return new Map(
      rows.map(({ key, names, used, ttl }) => {
        const unitsOf = (counter: string): number => Number(used[names.indexOf(counter)] ?? 0)
        return [decodeURIComponent(key.slice(prefix.length)), { used: COUNTERS.map(unitsOf), ttl: Number(ttl) }]
      }),
    )
  }

  /** A statement of somebody else, around the proxy. */
  query(text: string, values: readonly unknown[] = []) {
    return this.admin(async (pool) => (await pool.query(text, [...values])).rows)
  }

  async admin<T>(act: (pool: Pool) => Promise<T>): Promise<T> {
    // A fault may have made transactions read-only, or statements short.
    const options = '-c default_transaction_read_only=off -c statement_timeout=0'
    const pool = new Pool({ connectionString: this.server.url, options })
    pool.on('error', () => {})
    try {
      return await act(pool)
    } finally {
      await pool.end()
    }
  }

  async close(): Promise<void> {
    await this.#close?.()
    await this.proxy.stop()
    await this.server.stop()
  }
}

/** With the options that the README recommends. */
function clientOf(client: PostgresStoreName, port: number): { client: PostgresClient; close: () => Promise<unknown> } {
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  if (client === 'pg') {
    const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 1000, query_timeout: 700 })
    // Seen through the calls that fail by them.
    pool.on('error', () => {})
    return { client: pool, close: () => pool.end() }
  }
  const sql = postgres(url, { connect_timeout: 1, backoff: () => 0.1, fetch_types: false })
  return { client: sql, close: () => sql.end({ timeout: 0 }) }
}
