import { createHash } from 'node:crypto'
import { type Decision, FixedWindowRateLimiter } from '@rl/core'
import { clientIp } from '@rl/http/client-ip'
import { rateLimit as ours, type RateLimitResult } from '@rl/http/express'
import type { NextFunction, Request, Response } from 'express'
import type { Options } from 'express-rate-limit'
import { ForeignStore, isForeign } from './foreign-store.ts'
import { durationOf, headersOf, ipv6PrefixOf, refundOf, withDefaults } from './options.ts'

// The options of express-rate-limit 8, by the middleware of @rl/http/express, as docs/migrate/express-rate-limit.md maps them.
// Stands in for express-rate-limit in its own suite.

export { MemoryStore } from './memory-store.ts'

/** The joined result of the middlewares so far, as `request.rateLimit` is made what express-rate-limit has there. */
const results = new WeakMap<Request, RateLimitResult>()

export default function rateLimit(given: Partial<Options> = {}) {
  const options = withDefaults(given)
  const { store, windowMs, limit, statusCode, message, requestPropertyName: property, logger } = options
  const limiter = new FixedWindowRateLimiter<'throw' | 'allow'>({
    name: typeof options.identifier === 'string' ? options.identifier : `${limit}-in-${durationOf(windowMs)}`,
    store: isForeign(store) ? new ForeignStore(store, { ...given, ...options }) : store,
    limit: typeof limit === 'function' ? Number.MAX_SAFE_INTEGER : limit,
    window: windowMs,
    anchor: 'first-hit',
    onStoreError: options.passOnStoreError ? 'allow' : 'throw',
  })
  const tell = (request: Request, result: RateLimitResult): void => {
    const decision = result.decisions.at(-1)?.decision
    if (decision?.source === 'failure-policy') logger.error(decision.error, 'store failed, allowing the request')
    else if (decision !== undefined) Object.assign(request, { [property]: infoOf(decision) })
  }
  const middleware = ours<Request, Response>({
    limiter,
    key: options.keyGenerator ?? clientIp({ ipv6Prefix: ipv6PrefixOf(options.ipv6Subnet) }),
    skip: options.skip,
    limit: typeof limit === 'function' ? limit : undefined,
    headers: headersOf(options),
    partitionKey: (key) => Buffer.from(createHash('sha256').update(key).digest('hex').slice(0, 12)),
    refund: refundOf(options),
    denied: async (result, request, response, next) => {
      tell(request, result)
      if (options.handler !== undefined) return options.handler(request, response, next, options as unknown as Options)
      response.status(statusCode).send(typeof message === 'function' ? await message(request, response) : message)
    },
  })
  const handler = (request: Request, response: Response, next: NextFunction) => {
    const before = results.get(request)
    if (before === undefined) delete request.rateLimit
    else request.rateLimit = before
    return middleware(request, response, (error) => {
      const result = request.rateLimit
      delete request.rateLimit
      if (result !== undefined && result !== before) {
        results.set(request, result)
        tell(request, result)
      }
      next(error)
    })
  }
  return Object.assign(handler, {
    resetKey: (key: string) => limiter.reset(key),
    getKey: (key: string) => {
      if (isForeign(store) && !('get' in store)) throw new TypeError('this store can not be read')
      return hitsOf(key)
    },
  })

  async function hitsOf(key: string) {
    const decision = await limiter.peek(key)
    return decision.source === 'failure-policy' ? undefined : { totalHits: decision.limit - decision.remaining }
  }
}

export function ipKeyGenerator(ip: string, subnet: number | false = 56): string {
  return clientIp({ ipv6Prefix: ipv6PrefixOf(subnet) })({ socket: { remoteAddress: ip } })
}

function infoOf(decision: Exclude<Decision, { source: 'failure-policy' }>) {
  const { limit, remaining, resetAt, id } = decision
  const used = limit - remaining
  return Object.defineProperty({ limit, used, remaining, resetTime: new Date(resetAt), key: id }, 'current', {
    value: used,
  })
}
