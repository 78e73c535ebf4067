import type { FastifyInstance } from 'fastify'
import type { Redis } from 'ioredis'

/**
 * Ends the process once it is told to: takes no new connections, answers what is in flight, drains the limiters, as answers
 * may have given units back, and closes Redis last. The exit code is 0, or 1 if a request took longer than `graceMs` and was
 * cut off.
 */
export function closeOnSignal(app: FastifyInstance, redis: Redis, graceMs: number): void {
  const close = async (signal: NodeJS.Signals): Promise<void> => {
    app.log.info({ signal }, 'closing')
    const timer = setTimeout(() => {
      app.log.error({ graceMs }, 'requests in flight took too long')
      process.exitCode = 1
      app.server.closeAllConnections()
    }, graceMs)
    await app.close()
    clearTimeout(timer)
    await redis.quit().catch(() => redis.disconnect())
    app.log.info('closed')
  }
  // Once: a second Ctrl-C ends it at once.
  process.once('SIGTERM', close)
  process.once('SIGINT', close)
}
