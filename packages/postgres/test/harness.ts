import type { Harness, StoredCounter } from '@rl/conformance'
import type { CounterStore } from '@rl/core'
import { counterKey, counterName } from '@rl/core/keys'
import { type PostgresServer, startPostgres } from '@rl/test-servers'
import { Pool } from 'pg'
import { createTables } from '../src/index.ts'

/** A store with its own client. */
export interface Connection {
  readonly store: CounterStore
  close(): Promise<unknown>
}

/** A harness of the conformance suite, with a separate PostgreSQL. */
export async function postgresHarness(connect: (server: PostgresServer) => Promise<Connection>): Promise<Harness> {
  const server = await startPostgres()
  const pool = new Pool({ connectionString: server.url })
  await createTables(pool)
  const connections: Connection[] = []

  /** Changes the row of a counter, which must be there. */
  const change = async (set: string, counter: StoredCounter): Promise<void> => {
    const { rowCount } = await pool.query(`UPDATE rate_limits SET ${set} WHERE key = $1`, [counterKey(counter)])
    if (rowCount !== 1) throw new Error('the counter is not stored')
  }
  return {
    connect: async () => {
      const connection = await connect(server)
      connections.push(connection)
      return connection.store
    },
    // Rows that have expired go with later writes, which a case that only counts does not make.
    keys: async () => {
      const clock = 'extract(epoch FROM clock_timestamp()) * 1000'
      const { rows } = await pool.query(
        `SELECT (SELECT count(*) FROM rate_limits WHERE (SELECT max(e) FROM unnest(ends) e) > ${clock})
          + (SELECT count(*) FROM rate_limits_tokens WHERE until > ${clock}) AS count`,
      )
      return Number(rows[0].count)
    },
    expiresInMs: async (counter) => {
      const { rows } = await pool.query(
        `SELECT (SELECT max(e) FROM unnest(ends) e) - extract(epoch FROM clock_timestamp()) * 1000 AS ms
          FROM rate_limits WHERE key = $1 AND $2 = ANY (names)`,
        [counterKey(counter), counterName(counter.window)],
      )
      const ms = rows.length === 0 ? undefined : Number(rows[0].ms)
      return ms !== undefined && ms > 0 ? ms : undefined
    },
    // The types of the columns leave room for little else.
    poison: (counter, how) => change(how === 'wrong type' ? "ends = '{}'" : "used = '{NULL}'", counter),
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()))
      await pool.end()
      await server.stop()
    },
  }
}
