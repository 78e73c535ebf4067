import { ensureRedisServer } from './redis/ensure-redis-server.ts'

/** Vitest's global setup: makes sure, once a run and before any test, that a real redis-server is there. */
export default async function setup(): Promise<void> {
  await ensureRedisServer()
}
