import { FixedWindowRateLimiter } from '@rl/core'
import { clientIp, cloudflareAddress } from '@rl/http/client-ip'
import { rateLimit, rateLimitOf } from '@rl/http/fetch'
import { draft10, legacy } from '@rl/http/headers'
import { MemoryStore } from '@rl/memory'
import { type Checks, same } from './check.js'
import type { Suite } from './suite.js'

export const suite: Suite = async () => ({ checks: httpChecks(), close: async () => {} })

function httpChecks(): Checks {
  let handled = 0
  const limiter = new FixedWindowRateLimiter({
    name: 'api',
    store: new MemoryStore(),
    limit: 2,
    window: '1h',
    anchor: 'first-hit',
  })
  const key = clientIp({ address: cloudflareAddress })
  const limited = rateLimit({ limiter, key, headers: [draft10, legacy] })
  const fetch = limited((request: Request) => {
    handled += 1
    return Response.json({ allowed: rateLimitOf(request)?.allowed })
  })
  const headers = { 'cf-connecting-ip': '203.0.113.7' }
  const ask = (): Promise<Response> => fetch(new Request('https://api.example/', { headers }))

  return {
    'requests within the limit are handled, and told where they stand': async () => {
      const response = await ask()
      same(response.status, 200, 'status')
      same(JSON.stringify(await response.json()), '{"allowed":true}', 'what the handler saw')
      same(response.headers.get('ratelimit-policy')?.startsWith('"api";q=2;w=3600'), true, 'RateLimit-Policy')
      same(response.headers.get('ratelimit')?.startsWith('"api";r=1;t='), true, 'RateLimit')
      same(response.headers.get('x-ratelimit-remaining'), '1', 'X-RateLimit-Remaining')
    },
    'others are answered without the handler': async () => {
      await ask()
      const response = await ask()
      same(response.status, 429, 'status')
      same(response.headers.get('content-type'), 'application/problem+json', 'content type')
      same(Number(response.headers.get('retry-after')) > 0, true, 'Retry-After above 0')
      same(handled, 2, 'requests handled')
    },
  }
}
