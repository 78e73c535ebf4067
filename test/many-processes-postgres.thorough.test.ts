import { createTables } from '@rl/postgres'
import { startPostgres } from '@rl/test-servers'
import { Pool } from 'pg'
import { describe } from 'vitest'
import { describeProcesses, HOUR } from './describe-processes.ts'

const PROCESSES = [
  { adapter: 'pg', skewMs: 0 },
  { adapter: 'pg', skewMs: 26 * HOUR },
  { adapter: 'postgres', skewMs: -5 * HOUR },
  { adapter: 'postgres', skewMs: 3 * HOUR },
] as const

describe(`${PROCESSES.length} processes with two clients of PostgreSQL and ${PROCESSES.length} clocks`, () => {
  describeProcesses(PROCESSES, async () => {
    const server = await startPostgres()
    const pool = new Pool({ connectionString: server.url })
    await createTables(pool)
    await pool.end()
    return { at: { postgresUrl: server.url }, stop: () => server.stop() }
  })
})
