import type { FastifyReply, FastifyRequest } from 'fastify'
import { Guard } from '../asking/guard.ts'
import type { MiddlewareOptions } from '../asking/options.ts'
import { parseGuardOptions } from '../asking/parse-options.ts'
import { PROBLEM_TYPE } from '../asking/problem.ts'
import { joinResults, type RateLimitResult } from '../asking/result.ts'
import { onceSent } from './node-response.ts'

export type { LimiterDecision, RateLimitResult } from '../asking/result.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The answers of `@rl/http/fastify`'s limiters; not there for a request that was skipped. */
    rateLimit?: RateLimitResult
  }
}

/** Options of {@link rateLimit}: their functions are called with the request and the reply; `denied` gives what is sent. */
export type FastifyRateLimitOptions = MiddlewareOptions<
  [request: FastifyRequest, reply: FastifyReply],
  FastifyReply,
  [request: FastifyRequest, reply: FastifyReply],
  unknown
>

/**
 * A hook for Fastify 5: for all routes of a plugin by `addHook`, or for one among its options. As `onRequest` it runs before
 * the body is read; where its functions need the body, or the user that another hook finds, as `preHandler`.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * app.addHook('onRequest', rateLimit({ limiter, key: clientIp() }))
 * app.get('/search', { preHandler: rateLimit({ limiter: searches, key: userOf, cost: 5 }) }, search)
 */
export function rateLimit(
  given: FastifyRateLimitOptions,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const options = parseGuardOptions(given)
  const guard = new Guard<[FastifyRequest, FastifyReply], FastifyReply>(options)
  return async (request, reply) => {
    const verdict = await guard.check(request, reply)
    if (verdict === undefined) return
    const result = joinResults(request.rateLimit, verdict.result)
    request.rateLimit = result
    verdict.writeHeaders({
      get: (name) => reply.getHeader(name)?.toString(),
      set: (name, value) => reply.header(name, value),
    })
    if (verdict.problem === undefined) {
      if (options.refund !== undefined)
        onceSent(reply.raw, () => void guard.settle(verdict, reply.statusCode, reply, request, reply))
      return
    }
    reply.code(verdict.problem.status)
    if (options.denied === undefined) {
      return reply.header('Content-Type', PROBLEM_TYPE).send(JSON.stringify(verdict.problem))
    }
    const answer = await options.denied(result, request, reply)
    return reply.sent || answer === reply ? reply : reply.send(answer)
  }
}
