import type { RedisServer } from '@rl/test-servers'
import { hit } from './hit.ts'
import type { Count } from './results.ts'
import { Server } from './server.ts'

const PROCESSES = 2
const KEYS = 4
const LIMIT = 100
const REQUESTS = 1000
const CONNECTIONS = 100
const HOUR_MS = 3_600_000

/** Asks two processes of a server at once for more than the limit, and counts what they admit. */
export async function countAdmitted(label: string, redis: RedisServer): Promise<Count> {
  await redis.command('FLUSHALL')
  const settings = { label, redisUrl: redis.url, limit: LIMIT, windowMs: HOUR_MS }
  const servers = await Promise.all(Array.from({ length: PROCESSES }, () => Server.start(settings)))
  try {
    const hits = await Promise.all(
      servers.map(async (server) => {
        await server.use(KEYS)
        return hit(server.url, CONNECTIONS, { times: REQUESTS })
      }),
    )
    const count = (status: string): number => hits.reduce((sum, { statuses }) => sum + (statuses[status] ?? 0), 0)
    const requests = PROCESSES * REQUESTS
    if (count('200') + count('429') !== requests) throw new Error(`${label} gave answers other than 200 and 429`)
    return { server: label, requests, admitted: count('200'), allowed: LIMIT * KEYS }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
