import { Guard } from '../asking/guard.ts'
import type { MiddlewareOptions } from '../asking/options.ts'
import { parseGuardOptions } from '../asking/parse-options.ts'
import { PROBLEM_TYPE } from '../asking/problem.ts'
import { joinResults, type RateLimitResult } from '../asking/result.ts'
import { fieldsOf, type NodeResponse, onceSent } from './node-response.ts'

export type { LimiterDecision, RateLimitResult } from '../asking/result.ts'

declare global {
  namespace Express {
    interface Request {
      /** The answers of `@rl/http/express`'s limiters; not there for a request that was skipped. */
      rateLimit?: RateLimitResult
    }
  }
}

/** The slice of a request of Express 4 or 5 from which keys are made. Others' additions to `Express.Request` are there, too. */
export interface ExpressRequest extends Express.Request {
  readonly method: string
  readonly path: string
  readonly originalUrl: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly params: Readonly<Record<string, string | string[] | undefined>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly ip?: string | undefined
  readonly socket: { readonly remoteAddress?: string | undefined }
  get(name: string): string | undefined
}

/** The slice of a response of Express 4 or 5 by which answers are made. */
export interface ExpressResponse extends NodeResponse {
  status(code: number): ExpressResponse
  json(body: unknown): unknown
  send(body: unknown): unknown
  redirect(url: string): unknown
}

type Next = (error?: unknown) => void

/** Whether `next` is called because of an error, and not to go on: with nothing, or past the rest of a route or router. */
function isFailure(error: unknown): boolean {
  return Boolean(error) && error !== 'route' && error !== 'router'
}

/** Options of {@link rateLimit}: their functions are called with the request and the response; `denied` with `next` as well. */
export type ExpressRateLimitOptions<
  Req extends ExpressRequest = ExpressRequest,
  Res extends ExpressResponse = ExpressResponse,
> = MiddlewareOptions<[request: Req, response: Res], Res, [request: Req, response: Res, next: Next], unknown>

/**
 * Middleware for Express 4 and 5.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example app.use(rateLimit({ limiter, key: clientIp({ hops: 1 }) }))
 */
export function rateLimit<Req extends ExpressRequest = ExpressRequest, Res extends ExpressResponse = ExpressResponse>(
  given: ExpressRateLimitOptions<Req, Res>,
): (request: Req, response: Res, next: Next) => Promise<void> {
  const options = parseGuardOptions(given)
  const guard = new Guard<[Req, Res], Res>(options)

  /** Whether the request may go on; otherwise it was answered. */
  async function admit(request: Req, response: Res, next: Next): Promise<boolean> {
    const verdict = await guard.check(request, response)
    if (verdict === undefined) return true
    const result = joinResults(request.rateLimit, verdict.result)
    request.rateLimit = result
    // Something else, such as a timeout, may have answered in the meantime.
    if (!response.headersSent) verdict.writeHeaders(fieldsOf(response))
    if (verdict.problem === undefined) {
      if (options.refund !== undefined)
        onceSent(response, () => void guard.settle(verdict, response.statusCode, response, request, response))
      return true
    }
    const status = response.statusCode
    if (!response.headersSent) response.statusCode = verdict.problem.status
    if (options.denied !== undefined) {
      let hasPassed = false
      const passOn: Next = (error) => {
        // Called twice, the rest of the application would run twice.
        if (hasPassed) return
        hasPassed = true
        if (!isFailure(error)) response.statusCode = status // as if it had been admitted
        next(error)
      }
      await options.denied(result, request, response, passOn)
    } else if (!response.headersSent) {
      response.setHeader('Content-Type', PROBLEM_TYPE)
      response.end(JSON.stringify(verdict.problem))
    }
    return false
  }

  return async (request, response, next) => {
    let admitted: boolean
    try {
      admitted = await admit(request, response, next)
    } catch (error) {
      return next(error)
    }
    if (admitted) next()
  }
}
