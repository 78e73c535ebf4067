import { type WebMiddleware, type WebOptions, webMiddleware } from './web-handler.ts'

export type { LimiterDecision, RateLimitResult } from '../asking/result.ts'
export { rateLimitOf } from './web-handler.ts'

/**
 * Options of {@link rateLimit}. `Args` is what their functions are called with: the request, and what the platform hands
 * over with it, such as `env` and `ctx` on Workers, `info` on Deno, `server` on Bun.
 */
export type FetchRateLimitOptions<Args extends readonly [Request, ...unknown[]] = [request: Request]> = WebOptions<Args>

/**
 * Guards a fetch handler: a function from a `Request` to a `Response`, as Workers, Deno, Bun and edge functions take it.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * const limited = rateLimit({ limiter, key: clientIp({ address: cloudflareAddress }) })
 * export default { fetch: limited((request) => new Response(`hello from ${request.url}`)) }
 */
export function rateLimit<Args extends readonly [Request, ...unknown[]] = [request: Request]>(
  options: FetchRateLimitOptions<Args>,
): WebMiddleware<Args> {
  return webMiddleware(options, () => 500)
}
