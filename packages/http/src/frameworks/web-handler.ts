import { Guard } from '../asking/guard.ts'
import type { MiddlewareOptions } from '../asking/options.ts'
import { parseGuardOptions } from '../asking/parse-options.ts'
import { joinResults, type RateLimitResult } from '../asking/result.ts'
import { leavingSignal } from './leaving.ts'
import { checkAnswer, problemResponse, SWITCHING_PROTOCOLS, withHeaders } from './web-response.ts'

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
  Answer extends Response | undefined = Response,
>(
  handler: (...args: Actual) => Answer | Promise<Answer>,
) => (...args: Actual) => Promise<Answer | Response>

const results = new WeakMap<Request, RateLimitResult>()

/**
 * The limiters' answers about a request; `undefined` for one that no `rateLimit` has seen, or that was skipped.
 *
 * @example
 * const limited = rateLimit({ limiter, key: () => 'user_123' })
 * const handler = limited((request) => new Response(`${rateLimitOf(request)?.decision.allowed}`))
 * const response = await handler(new Request('http://127.0.0.1/'))
 * console.log(await response.text()) // prints true
 */
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
  return <Actual extends readonly [...Args, ...unknown[]], Answer extends Response | undefined = Response>(
    handler: (...args: Actual) => Answer | Promise<Answer>,
  ): ((...args: Actual) => Promise<Answer | Response>) => {
    const guarded = async (...actual: Actual): Promise<Answer | Response> => {
      const args = actual as readonly unknown[] as Args
      const [request] = args
      const leaving = leavingSignal(request, options)
      const verdict = await guard.check(...args)
      if (verdict === undefined) return handler(...actual)

      const result = joinResults(results.get(request), verdict.result)
      results.set(request, result)
      if (verdict.problem !== undefined) {
        const answer = (await options.denied?.(result, ...args)) ?? problemResponse(verdict.problem)
        return withHeaders(checkAnswer(answer), verdict.writeHeaders)
      }

      let response: Answer
      try {
        response = await handler(...actual)
      } catch (error) {
        if (!leaving?.aborted) await guard.settle(verdict, statusOfError(error), undefined, ...args)
        throw error
      }
      const status = response?.status ?? SWITCHING_PROTOCOLS
      if (!leaving?.aborted) await guard.settle(verdict, status, response, ...args)
      // Bun's server.upgrade() has answered already, and its handler gives nothing.
      if (response === undefined) return response
      return withHeaders(response, verdict.writeHeaders)
    }
    // Deno hands its `info`, with the client's address, to handlers that take two parameters.
    return Object.defineProperty(guarded, 'length', { value: 2 })
  }
}
