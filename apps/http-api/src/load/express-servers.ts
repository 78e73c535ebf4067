import { once } from 'node:events'
import { FixedWindowRateLimiter } from '@rl/core'
import { rateLimit } from '@rl/http/express'
import { ExpressRateLimitStore } from '@rl/http/express-rate-limit'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import express, { type Express } from 'express'
import { rateLimit as expressRateLimit, type Options, type Store } from 'express-rate-limit'
import { Redis } from 'ioredis'
import { RedisStore } from 'rate-limit-redis'
import { DEADLINE_MS } from './patience.ts'
import type { NextKey, ServerSettings, Start } from './subjects.ts'

export const startExpress: Start = (_, nextKey) => {
  const app = express()
  app.use((_request, _response, next) => {
    nextKey()
    next()
  })
  return listen(app)
}

export const startExpressWithOurs: Start = ({ redisUrl, limit, windowMs }, nextKey) => {
  const limiter = new FixedWindowRateLimiter({
    name: 'api',
    store: openStore(redisUrl),
    limit,
    window: windowMs,
    anchor: 'first-hit',
    deadlineMs: DEADLINE_MS,
  })
  const app = express()
  app.use(rateLimit({ limiter, key: nextKey }))
  return listen(app)
}

export const startExpressWithTheirs: Start = (settings, nextKey) => {
  const redis = new Redis(settings.redisUrl)
  const store = new RedisStore({
    sendCommand: (command, ...args) => redis.call(command, ...args) as Promise<number>,
  })
  return startExpressRateLimit(settings, nextKey, store)
}

export const startExpressWithBridge: Start = (settings, nextKey) => {
  const store = new ExpressRateLimitStore(openStore(settings.redisUrl), { deadlineMs: DEADLINE_MS })
  return startExpressRateLimit(settings, nextKey, store)
}

/** With the header fields that its documentation recommends. */
function startExpressRateLimit(
  { limit, windowMs }: ServerSettings,
  nextKey: NextKey,
  store: Options['store'] & Store,
): Promise<number> {
  const app = express()
  app.use(
    expressRateLimit({
      windowMs,
      limit,
      store,
      keyGenerator: nextKey,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
    }),
  )
  return listen(app)
}

function openStore(redisUrl: string): IoredisStore {
  return new IoredisStore(new Redis(redisUrl, recommendedOptions), { replyTimeoutMs: DEADLINE_MS })
}

async function listen(app: Express): Promise<number> {
  app.get('/', (_, response) => {
    response.json({ hello: 'world' })
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  return address.port
}
