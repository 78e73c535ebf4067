import type { Context, Env, MiddlewareHandler } from 'hono'
import { Guard } from '../asking/guard.ts'
import type { MiddlewareOptions } from '../asking/options.ts'
import { parseGuardOptions } from '../asking/parse-options.ts'
import { PROBLEM_TYPE } from '../asking/problem.ts'
import { joinResults, type RateLimitResult } from '../asking/result.ts'
import { leavingSignal } from './leaving.ts'
import { checkAnswer, withHeaders } from './web-response.ts'

export type { LimiterDecision, RateLimitResult } from '../asking/result.ts'

/** Hono's variables with what {@link rateLimit} sets: `new Hono<{ Variables: RateLimitVariables }>()`. */
export interface RateLimitVariables {
  /** The limiters' answers; not there for a request that was skipped. */
  rateLimit: RateLimitResult
}

/** Options of {@link rateLimit}: their functions are called with Hono's context, `refund` with the response before it. */
export type HonoRateLimitOptions<E extends Env = Env> = MiddlewareOptions<
  [c: Context<E>],
  Response,
  [c: Context<E>],
  Response
>

/**
 * Hono middleware.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * app.use(rateLimit({ limiter, key: clientIp({ hops: 1 }) }))
 * app.get('/', (c) => c.json({ left: c.var.rateLimit.decisions.length }))
 */
export function rateLimit<E extends Env = Env>(
  given: HonoRateLimitOptions<E>,
): MiddlewareHandler<E & { Variables: RateLimitVariables }> {
  const options = parseGuardOptions(given)
  const guard = new Guard<[Context<E>], Response>(options)
  return async (c, next) => {
    const context = c as unknown as Context<E>
    const leaving = leavingSignal(c.req.raw, options)
    const verdict = await guard.check(context)
    if (verdict === undefined) return next()
    const result = joinResults(c.get('rateLimit'), verdict.result)
    c.set('rateLimit', result)
    if (verdict.problem !== undefined) {
      const { problem } = verdict
      const body = () => c.body(JSON.stringify(problem), problem.status, { 'Content-Type': PROBLEM_TYPE })
      const answer = (await options.denied?.(result, context)) ?? body()
      return withHeaders(checkAnswer(answer), verdict.writeHeaders)
    }
    await next()
    if (!leaving?.aborted) await guard.settle(verdict, c.res.status, c.res, context)
    const response = withHeaders(c.res, verdict.writeHeaders)
    if (response !== c.res) {
      c.res = undefined // or the old one's fields would win over the new one's
      c.res = response
    }
  }
}
