import { type AddressSource, clientIp } from '@rl/http/client-ip'
import { type RateLimitVariables, rateLimit } from '@rl/http/hono'
import { Hono, type MiddlewareHandler } from 'hono'
import { env } from 'hono/adapter'
import { createLimiter } from './limiter.ts'
import type { Settings } from './settings.ts'

type Env = { Variables: RateLimitVariables }

/** The app, for a platform that shows a client's address in its own way. */
export function createApp(address: AddressSource): Hono<Env> {
  const key = clientIp({ address })
  const app: Hono<Env> = new Hono()
  app.get('/health', (c) => c.text('ok'))
  let guard: MiddlewareHandler<Env> | undefined // settings come with the first request
  app.use((c, next) => {
    guard ??= rateLimit({ limiter: createLimiter(env<Settings>(c)), key, onStoreError: 'unavailable' })
    return guard(c, next)
  })
  app.get('/', (c) => c.json({ hello: 'from the edge' }))
  return app
}
