import { FixedWindowRateLimiter } from '@rl/core'
import { clientIp } from '@rl/http/client-ip'
import { ExpressRateLimitStore } from '@rl/http/express-rate-limit'
import { rateLimit } from '@rl/http/fetch'
import { MemoryStore } from '@rl/memory'
import type { Texts } from './produce.ts'

const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), limit: 1, window: '1m' })
const request = new Request('https://api.example/')

export const HTTP: Texts = {
  'key must be a function of the request, received undefined': () => rateLimit({ limiter }),
  'key must be a function that gives a non-empty string, received undefined': () =>
    rateLimit({ limiter, key: () => undefined as never })(() => new Response())(request),
  'clientIp found no address of the connection. …': () => clientIp()(request),
  'header must be beside trustedProxies or hops, …': () => clientIp({ header: 'x-forwarded-for' } as never),
  'headers must be at most one draft, …': () =>
    rateLimit({ limiter, key: () => 'id', headers: ['draft-10', 'draft-7'] }),
  'options must be made of key, cost, …, received the unknown "windowMs"': () =>
    rateLimit({ limiter, key: () => 'id', windowMs: 60_000 } as never),
  'an ExpressRateLimitStore is for one rateLimit(): …': () => {
    const store = new ExpressRateLimitStore(new MemoryStore())
    store.init({ windowMs: 60_000, limit: 1 })
    store.init({ windowMs: 60_000, limit: 2 })
  },
}
