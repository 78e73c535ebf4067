import { FixedWindowRateLimiter, type RateLimiter } from '@rl/core'
import { throwDenial } from '@rl/http'
import { clientIp } from '@rl/http/client-ip'
import { ExpressRateLimitStore } from '@rl/http/express-rate-limit'
import { rateLimit } from '@rl/http/fetch'
import { draft7, draft10 } from '@rl/http/headers'
import { rateLimit as honoLimit } from '@rl/http/hono'
import { MemoryStore } from '@rl/memory'
import { Hono } from 'hono'
import type { Texts } from './produce.ts'
import { said } from './said.ts'

function limiterOf(name: string, limit: number): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name, store: new MemoryStore(), limit, window: '1m' })
}

function throwsDenial(denies: RateLimiter): Promise<Response> {
  return rateLimit({ limiter: denies, key: () => 'id', denied: throwDenial })(() => new Response())(request.clone())
}

const limiter = limiterOf('one', 1)
const request = new Request('https://api.example/')

export const HTTP: Texts = {
  'key must be a function of the request, received undefined': () => rateLimit({ limiter }),
  'key must be a function that gives a non-empty string, received undefined': () =>
    rateLimit({ limiter, key: () => undefined as never })(() => new Response())(request),
  'clientIp found no address of the connection. …': () => clientIp()(request),
  'header must be beside trustedProxies or hops, as anybody can send it, received neither of them': () =>
    clientIp({ header: 'x-forwarded-for' } as never),
  'headers must be at most one draft, as they share field names, received 2 formats': () =>
    rateLimit({ limiter, key: () => 'id', headers: [draft10, draft7] }),
  'options must be made of key, cost, …, received the unknown option "windowMs"': () =>
    rateLimit({ limiter, key: () => 'id', windowMs: 60_000 } as never),
  'an ExpressRateLimitStore is for one rateLimit(): …': () => {
    const store = new ExpressRateLimitStore(new MemoryStore())
    store.init({ windowMs: 60_000, limit: 1 })
    store.init({ windowMs: 60_000, limit: 2 })
  },
  'denied must be a function that gives a Response, received "sorry"': async () => {
    const limited = rateLimit({ limiter: limiterOf('denies', 0), key: () => 'id', denied: () => 'sorry' as never })
    await limited(() => new Response())(request)
  },
  'Too many requests': () => throwsDenial(limiterOf('denies', 0)),
  'The rate limiter is not available': async () => {
    const apply = () => Promise.reject(new Error('down'))
    const options = { name: 'down', store: { apply }, limit: 1, window: '1m', onStoreError: 'deny' } as const
    await throwsDenial(new FixedWindowRateLimiter(options))
  },
  '@rl: a request has the header x-forwarded-for, and clientIp() reads no header. …': () =>
    said('warn', async () => {
      const headers = { 'x-forwarded-for': '203.0.113.7' }
      clientIp()({ headers, socket: { remoteAddress: '10.0.0.1' } })
    }),
  '@rl: 100 limiters with the name "api" were made. …': () =>
    said('warn', () => {
      for (let i = 0; i < 100; i++) rateLimit({ limiter: limiterOf('api', 1), key: () => 'id' })
    }),
  '@rl: the limiter "api" was asked twice about one request under the same key, …': () =>
    said('warn', async () => {
      const app = new Hono()
      const limited = honoLimit({ limiter: limiterOf('api', 5), key: () => 'id' })
      app.use(limited)
      app.get('/', limited, (c) => c.text('hello'))
      await app.request('/')
    }),
}
