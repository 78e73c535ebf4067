import { describeCounterStore } from '@rl/conformance'
import postgres from 'postgres'
import { PostgresStore } from '../src/index.ts'
import { postgresHarness } from './harness.ts'

describeCounterStore(
  'PostgresStore over postgres',
  () =>
    postgresHarness(async ({ url }) => {
      const sql = postgres(url)
      return { store: new PostgresStore(sql), close: () => sql.end() }
    }),
  // The other client's run has them all: what a history tries is the database.
  { histories: 60 },
)
