import fastifyRateLimit from '@fastify/rate-limit'
import { FixedWindowRateLimiter } from '@rl/core'
import { rateLimit } from '@rl/http/fastify'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type FastifyInstance, fastify } from 'fastify'
import { Redis } from 'ioredis'
import { DEADLINE_MS } from './patience.ts'
import type { Start } from './subjects.ts'

export const startFastify: Start = async (_, nextKey) => {
  const app = fastify()
  app.addHook('onRequest', async () => void nextKey())
  return listen(app)
}

export const startFastifyWithOurs: Start = async ({ redisUrl, limit, windowMs }, nextKey) => {
  const app = fastify()
  const store = new IoredisStore(new Redis(redisUrl, recommendedOptions), { replyTimeoutMs: DEADLINE_MS })
  const limiter = new FixedWindowRateLimiter({
    name: 'api',
    store,
    limit,
    window: windowMs,
    anchor: 'first-hit',
    deadlineMs: DEADLINE_MS,
  })
  app.addHook('onRequest', rateLimit({ limiter, key: nextKey }))
  return listen(app)
}

/** Its client has the options that its example recommends. */
export const startFastifyWithTheirs: Start = async ({ redisUrl, limit, windowMs }, nextKey) => {
  const app = fastify()
  await app.register(fastifyRateLimit, {
    redis: new Redis(redisUrl, { connectTimeout: 500, maxRetriesPerRequest: 1 }),
    max: limit,
    timeWindow: windowMs,
    keyGenerator: nextKey,
    enableDraftSpec: true,
  })
  return listen(app)
}

async function listen(app: FastifyInstance): Promise<number> {
  app.get('/', async () => ({ hello: 'world' }))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return Number(new URL(url).port)
}
