import { ensurePostgres } from './postgres/ensure-postgres.ts'
import { ensureRedisServer } from './redis/ensure-redis-server.ts'
import { ensureFaketime } from './redis/server-clock.ts'

/**
 * Vitest's global setup: makes sure, once a run and before any test, that what tests need is there: no test's time limit runs
 * while it is installed, and no test finds it half installed by another. Rejects where no redis-server can be had.
 */
export default async function setup(): Promise<void> {
  await ensureRedisServer()
  // Only tests that move a server's clock need it; where it can't be had, they fail and say how to get it.
  await ensureFaketime().catch(() => undefined)
  // Likewise tests over PostgreSQL.
  await ensurePostgres().catch(() => undefined)
}
