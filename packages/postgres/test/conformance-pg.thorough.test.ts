import { describeCounterStore } from '@rl/conformance'
import { Pool } from 'pg'
import postgres from 'postgres'
import { PostgresStore } from '../src/index.ts'
import { postgresHarness } from './harness.ts'

describeCounterStore('PostgresStore over pg', () =>
  postgresHarness(async ({ url }) => {
    const pool = new Pool({ connectionString: url })
    return { store: new PostgresStore(pool), close: () => pool.end() }
  }),
)

describeCounterStore('PostgresStore over postgres', () =>
  postgresHarness(async ({ url }) => {
    const sql = postgres(url)
    return { store: new PostgresStore(sql), close: () => sql.end() }
  }),
)
