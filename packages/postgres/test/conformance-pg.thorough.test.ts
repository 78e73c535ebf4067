import { describeCounterStore } from '@rl/conformance'
import { Pool } from 'pg'
import { PostgresStore } from '../src/index.ts'
import { postgresHarness } from './harness.ts'

describeCounterStore('PostgresStore over pg', () =>
  postgresHarness(async ({ url }) => {
    const pool = new Pool({ connectionString: url })
    return { store: new PostgresStore(pool), close: () => pool.end() }
  }),
)
