import { FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { dashboard } from '../../../src/index.ts'

// Made before any request, where Workers permit neither timers nor random numbers.
const store = new MemoryStore()
const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 5, window: '1d', anchor: 'first-hit' })
const page = dashboard({ limiters: [limiter], authorize: () => true, deniedMost: 'hashed' })

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/limits/')) return page.fetch(request)
    return Response.json(await limiter.limit(pathname.slice(1)))
  },
}
