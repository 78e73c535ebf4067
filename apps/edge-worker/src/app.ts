import type { FixedWindowRateLimiter } from '@rl/core'
import { type AddressSource, clientIp } from '@rl/http/client-ip'
import { type RateLimitVariables, rateLimit } from '@rl/http/hono'
import { Hono, type MiddlewareHandler } from 'hono'
import { env } from 'hono/adapter'

type Env = { Variables: RateLimitVariables }

/** The app, for a platform that shows a client's address and its settings in its own way. */
export function createApp<Settings>(
  address: AddressSource,
  createLimiter: (settings: Settings) => FixedWindowRateLimiter,
): Hono<Env> {
  const key = clientIp({ address })
  const app: Hono<Env> = new Hono()
  app.get('/health', (c) => c.text('ok'))
  let guard: MiddlewareHandler<Env> | undefined // settings come with the first request
  app.use((c, next) => {
    guard ??= rateLimit({ limiter: createLimiter(env(c) as Settings), key, onStoreError: 'unavailable' })
    return guard(c, next)
  })
  app.get('/', (c) => c.json({ hello: 'from the edge' }))
  return app
}
