import { FixedWindowRateLimiter } from '@rl/core'
import { type DashboardOptions, dashboard } from '@rl/dashboard'
import { banAfter } from '@rl/http'
import { type ClientIpOptions, clientIp } from '@rl/http/client-ip'
import { ExpressRateLimitStore } from '@rl/http/express-rate-limit'
import { type FetchRateLimitOptions, rateLimit } from '@rl/http/fetch'
import { MemoryStore } from '@rl/memory'
import type { Texts } from './produce.ts'

const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), limit: 1, window: '1m' })

function limited(options: object): unknown {
  return rateLimit({ limiter, key: () => 'id', ...options } as FetchRateLimitOptions)
}

function clientIpWith(options: object): unknown {
  return clientIp(options as ClientIpOptions)
}

function express(options: object = {}): ExpressRateLimitStore {
  return new ExpressRateLimitStore(new MemoryStore(), options)
}

function page(options: object): unknown {
  return dashboard({ limiters: [limiter], authorize: () => true, ...options } as DashboardOptions)
}

export const HTTP_OPTIONS: Texts = {
  'options must be a plain object, received null': () => rateLimit(null as never),
  'limiter must be a limiter of @rl/core, received a plain object without the method limit': () =>
    limited({ limiter: {} }),
  "denials.name must be unlike the limiter's, as one name is one counter, received the same name": () =>
    banAfter(limiter, limiter),
  'limiter must be left out beside limiters, received an instance of FixedWindowRateLimiter': () =>
    limited({ limiters: [limiter] }),
  'limiters must be an array with at least one limiter, received an array': () =>
    limited({ limiter: undefined, limiters: [] }),
  'unit must be a string of printable ASCII, received "é"': () => limited({ unit: 'é' }),
  'refund must be "failed" or "successful" or a function, received "all"': () => limited({ refund: 'all' }),
  "onStoreError must be 'throw' or 'unavailable', received \"allow\"": () => limited({ onStoreError: 'allow' }),
  'headers must be false, or formats of @rl/http/headers, received "draft-7"': () => limited({ headers: 'draft-7' }),
  'hops must be left out beside trustedProxies, received both': () => clientIpWith({ hops: 1, trustedProxies: [] }),
  'header must be a header\'s name, received "x forwarded for"': () =>
    clientIpWith({ hops: 1, header: 'x forwarded for' }),
  'trustedProxies must be an array of addresses and ranges, received string': () =>
    clientIpWith({ trustedProxies: 'loopback' }),
  "trustedProxies[0] must be an address, a range such as '10.0.0.0/8', 'loopback', 'linklocal' or 'uniquelocal', received \"10.0.0.*\"":
    () => clientIpWith({ trustedProxies: ['10.0.0.*'] }),
  'trustedProxies[0] must be a range of your proxies, as under /0 every client could choose its key, received 0.0.0.0/0':
    () => clientIpWith({ trustedProxies: ['0.0.0.0/0'] }),
  'options must be made of prefix, … (did you mean prefix?), received the unknown option "prefixx"': () =>
    express({ prefixx: 'api' }),
  'prefix must be a non-empty, well-formed string of at most 128 bytes, received ""': () => express({ prefix: '' }),
  'onStoreError must be a store; passOnStoreError of rateLimit() admits, received "allow"': () =>
    express({ onStoreError: 'allow' }),
  'ExpressRateLimitStore is not the store of a rateLimit() yet': () => express().get('id'),
  'decrement gives back what increment took for the same request and key, and nothing was counted for this one': () =>
    express().decrement('id'),
  'authorize must be a function that says who may see and change what, received undefined': () =>
    page({ authorize: undefined }),
  'limiters[0] must be a FixedWindowRateLimiter, the one inside where another wraps it, received a plain object': () =>
    page({ limiters: [{}] }),
  'limiters[1] must be unlike the others in name, received a second one named "api"': () =>
    page({ limiters: [limiter, limiter] }),
  'origin must be an origin, such as \'https://admin.example.com\', or an array of them, received "admin.example.com"':
    () => page({ origin: 'admin.example.com' }),
  "deniedMost must be 'off' or 'hashed' or 'plain', received true": () => page({ deniedMost: true }),
}
