import { Guard } from '../asking/guard.ts'
import type { MiddlewareOptions } from '../asking/options.ts'
import { parseGuardOptions } from '../asking/parse-options.ts'
import { joined, type RateLimitResult } from '../asking/result.ts'
import { leavingOf } from './leaving.ts'
import { problemResponse, withHeaders } from './web-response.ts'

/** Options for handlers from a `Request` to a `Response`. */
export type WebOptions<Args extends readonly [Request, ...unknown[]]> = MiddlewareOptions<
  Args,
  Response,
  Args,
  Response
>

/** Puts a guard before a handler that takes at least what the options' functions take. */
export type WebMiddleware<Args extends readonly [Request, ...unknown[]]> = <
  Actual extends readonly [...Args, ...unknown[]],
>(
  handler: (...args: Actual) => Response | Promise<Response>,
) => (...args: Actual) => Promise<Response>

const results = new WeakMap<Request, RateLimitResult>()

/** What the limiters answered about a request; `undefined` for one that no `rateLimit` has seen, or that was skipped. */
export function rateLimitOf(request: Request): RateLimitResult | undefined {
  return results.get(request)
}

/** @param statusOfError The status of the response that something thrown by the handler becomes. */
export function webMiddleware<Args extends readonly [Request, ...unknown[]]>(
  given: WebOptions<Args>,
  statusOfError: (error: unknown) => number,
): WebMiddleware<Args> {
  const options = parseGuardOptions(given)
  const guard = new Guard<Args, Response>(options)
  return <Actual extends readonly [...Args, ...unknown[]]>(
    handler: (...args: Actual) => Response | Promise<Response>,
  ): ((...args: Actual) => Promise<Response>) => {
    const guarded = async (...actual: Actual): Promise<Response> => {
      const args = actual as readonly unknown[] as Args
      const [request] = args
      const hasLeft = options.refund === undefined ? undefined : leavingOf(request)
      const verdict = await guard.check(...args)
      if (verdict === undefined) return handler(...actual)

      const result = joined(results.get(request), verdict.result)
      results.set(request, result)
      if (verdict.problem !== undefined) {
        const answer = (await options.denied?.(result, ...args)) ?? problemResponse(verdict.problem)
        return withHeaders(answer, verdict.writeHeaders)
      }

      let response: Response
      try {
        response = await handler(...actual)
      } catch (error) {
        if (!hasLeft?.()) await guard.settle(verdict, statusOfError(error), undefined, ...args)
        throw error
      }
      if (!hasLeft?.()) await guard.settle(verdict, response.status, response, ...args)
      return withHeaders(response, verdict.writeHeaders)
    }
    // Deno hands its `info`, with the client's address, to handlers that take two parameters.
    return Object.defineProperty(guarded, 'length', { value: 2 })
  }
}
