import { problemOf, setRetryAfter } from './problem.ts'
import type { RateLimitResult } from './result.ts'

/**
 * A denial, for applications that answer all errors in one place. Thrown by {@link throwDenial}.
 *
 * @example
 * try {
 *   throwDenial(result)
 * } catch (error) {
 *   if (error instanceof DenialError) console.log(error.status) // prints 429
 * }
 */
export class DenialError extends Error {
  override readonly name = 'DenialError'
  /** The status of Koa's and Express's answer: 429, or 503 where a failing store is why. */
  readonly status: number
  /** The same status for Fastify. */
  readonly statusCode: number
  /** The message is for clients. */
  readonly expose = true
  /** `Retry-After`, for frameworks that drop an answer's other fields before they answer an error. */
  readonly headers: Readonly<Record<string, string>>
  readonly result: RateLimitResult

  constructor(result: RateLimitResult) {
    const { status } = problemOf(result, [])
    super(status === 429 ? 'Too many requests' : 'The rate limiter is not available')
    this.status = status
    this.statusCode = status
    this.result = result
    const headers: Record<string, string> = {}
    setRetryAfter(result, {
      get: (name) => headers[name],
      set: (name, value) => Object.assign(headers, { [name]: value }),
    })
    this.headers = headers
  }
}

/**
 * A `denied` that leaves denied requests to the framework's error handling: `setErrorHandler` of Fastify, `next(error)` of
 * Express, `onError` of Hono, the middlewares before this one in Koa.
 *
 * @throws {DenialError}
 * @example app.use(rateLimit({ limiter, key, denied: throwDenial }))
 */
export function throwDenial(result: RateLimitResult): never {
  throw new DenialError(result)
}
