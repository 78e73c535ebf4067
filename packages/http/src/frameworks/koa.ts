import { Guard } from '../asking/guard.ts'
import type { MiddlewareOptions } from '../asking/options.ts'
import { parseGuardOptions } from '../asking/parse-options.ts'
import { PROBLEM_TYPE } from '../asking/problem.ts'
import { joinResults, type RateLimitResult } from '../asking/result.ts'
import { fieldsOf, type NodeResponse, onceSent } from './node-response.ts'

export type { LimiterDecision, RateLimitResult } from '../asking/result.ts'

/** Koa's state with what {@link rateLimit} sets: `new Koa<RateLimitState>()`. */
export interface RateLimitState {
  /** The limiters' answers; not there for a request that was skipped. */
  rateLimit?: RateLimitResult
}

/** The slice of a context of Koa 2 or 3 from which keys and answers are made. */
export interface KoaContext {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly query: Readonly<Record<string, string | string[] | undefined>>
  readonly ip: string
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly res: NodeResponse
  readonly state: object
  status: number
  type: string
  body: unknown
  get(name: string): string
  set(name: string, value: string): void
}

/** Options of {@link rateLimit}: their functions are called with Koa's context, `refund` with the Node response before it. */
export type KoaRateLimitOptions<C extends KoaContext = KoaContext> = MiddlewareOptions<
  [c: C],
  C['res'],
  [c: C],
  unknown
>

/**
 * Middleware for Koa 2 and 3. `denied` sets `c.body`.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example app.use(rateLimit({ limiter, key: clientIp({ hops: 1 }) }))
 */
export function rateLimit<C extends KoaContext = KoaContext>(
  given: KoaRateLimitOptions<C>,
): (c: C, next: () => Promise<unknown>) => Promise<void> {
  const options = parseGuardOptions(given)
  const guard = new Guard<[C], C['res']>(options)
  return async (c, next) => {
    const verdict = await guard.check(c)
    if (verdict === undefined) {
      await next()
      return
    }
    const { res } = c
    const state: RateLimitState = c.state
    const result = joinResults(state.rateLimit, verdict.result)
    state.rateLimit = result
    // Something else, such as a timeout, may have answered in the meantime.
    if (!res.headersSent) verdict.writeHeaders(fieldsOf(res))
    if (verdict.problem === undefined) {
      if (options.refund !== undefined) onceSent(res, () => void guard.settle(verdict, res.statusCode, res, c))
      await next()
      return
    }
    c.status = verdict.problem.status
    if (options.denied !== undefined) {
      await options.denied(result, c)
      return
    }
    c.type = PROBLEM_TYPE
    c.body = JSON.stringify(verdict.problem)
  }
}
