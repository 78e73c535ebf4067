import { serve } from '@hono/node-server'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { Redis } from 'ioredis'
import { createApp } from './app.ts'
import { createLimiter } from './limiter.ts'
import { standInModel } from './model.ts'

const { REDIS_URL = 'redis://127.0.0.1:6379', PORT = '8080', API_KEYS = 'acme:demo-key' } = process.env

const redis = new Redis(REDIS_URL, recommendedOptions).on('error', ({ message }) => console.error(`Redis: ${message}`))
const limiter = createLimiter(new IoredisStore(redis))
const tenants = new Map(API_KEYS.split(',').map((pair) => pair.split(':').toReversed() as [string, string]))
const app = createApp({
  limiter,
  model: standInModel,
  tenants,
  onUsage: (usage) => console.log(JSON.stringify(usage)),
})

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}`)
})

// Streams under way are finished and settled before the client is closed.
process.once('SIGTERM', () => {
  server.close(async () => {
    await limiter.drain()
    redis.disconnect()
  })
})
