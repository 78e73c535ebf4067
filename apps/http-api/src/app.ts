import { type FastifyInstance, fastify } from 'fastify'
import type { Redis } from 'ioredis'
import type { Account } from './accounts.ts'
import { Hasher } from './hasher.ts'
import { createLimiters } from './limiters.ts'
import { accountLimit, visitorLimit } from './limits.ts'
import { MetricsServer } from './metrics-server.ts'
import { PLANS, VISITOR_LIMIT } from './plans.ts'
import { addRoutes } from './routes.ts'
import type { Settings } from './settings.ts'
import { StoreHealth } from './store-health.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The account whose API key the request carries, if any. */
    account: Account | undefined
  }
}

/** The API, not yet listening. */
export function createApp(settings: Settings, redis: Redis): FastifyInstance {
  const app: FastifyInstance = fastify({ logger: { level: settings.logLevel } })
  const health = new StoreHealth(app.log)
  const limiters = createLimiters({ ...settings, redis, onChange: health.onChange })

  const { host, metricsPort } = settings
  if (metricsPort !== undefined) {
    const metrics = new MetricsServer(limiters)
    app.addHook('onReady', async () => app.log.info(`metrics at ${await metrics.listen(host, metricsPort)}`))
    app.addHook('onClose', () => metrics.close())
  }
  // While it closes, a connection kept alive after its last answer would keep the process.
  app.addHook('onSend', async (_, reply) => {
    if (!app.server.listening) reply.header('Connection', 'close')
  })
  // Requests in flight have been answered by now. Their refunds must leave before Redis is closed.
  app.addHook('onClose', async () => {
    app.log.info('draining the limiters')
    await Promise.all([limiters.accounts.drain(), limiters.visitors.drain()])
  })
  app.get('/health', async () => ({ status: 'ok', limits: health.limits }))

  app.register(async (limited) => {
    limited.decorateRequest('account', undefined)
    limited.addHook('onRequest', async (request) => {
      request.account = settings.accounts.find(request.headers.authorization)
    })
    limited.addHook('onRequest', visitorLimit(limiters, settings.trustedProxies))
    limited.get('/', async () => ({ plans: PLANS, visitors: VISITOR_LIMIT }))
    limited.setNotFoundHandler(async (_, reply) => reply.code(404).send({ error: 'there is nothing here' }))

    limited.register(
      async (paid) => {
        paid.addHook('onRequest', async (request, reply) => {
          if (request.account !== undefined) return
          return reply.code(401).header('WWW-Authenticate', 'Bearer').send({ error: 'an API key is needed' })
        })
        paid.addHook('onRequest', accountLimit(limiters))
        addRoutes(paid, new Hasher(settings.hashSlots))
      },
      { prefix: '/v1' },
    )
  })
  return app
}
