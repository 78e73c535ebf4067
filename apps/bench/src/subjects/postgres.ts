import { createTables, PostgresStore } from '@rl/postgres'
import { Pool } from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { ours } from './ours.ts'
import { onlyWindow, type Policy, type Subject } from './subject.ts'

/** Where the database is, and of which type both tables are. */
export interface PostgresPlace {
  readonly url: string
  readonly unlogged: boolean
}

/** Connections of each. */
const MOST = 10

export async function oursOnPostgres(
  label: string,
  { url, unlogged }: PostgresPlace,
  policy: Policy,
): Promise<Subject> {
  const pool = new Pool({ connectionString: url, max: MOST })
  await createTables(pool, { unlogged })
  return ours(label, new PostgresStore(pool), policy, {}, () => pool.end())
}

export async function flexibleOnPostgres(
  label: string,
  { url, unlogged }: PostgresPlace,
  policy: Policy,
): Promise<Subject> {
  const pool = new Pool({ connectionString: url, max: MOST })
  const { limit, seconds } = onlyWindow(policy)
  const options = { storeClient: pool, storeType: 'pool', tableName: 'flexible', points: limit, duration: seconds }
  const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
    const made = new RateLimiterPostgres(options, (error) => (error === undefined ? resolve(made) : reject(error)))
  })
  if (unlogged) await pool.query('ALTER TABLE flexible SET UNLOGGED')
  return {
    label,
    take: (id, cost) => limiter.consume(id, cost),
    allows: () => true,
    denies: (error) => error instanceof RateLimiterRes,
    used: async (id) => (await limiter.get(id))?.consumedPoints ?? 0,
    close: () => pool.end(),
  }
}
