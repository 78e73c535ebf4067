import { type WebMiddleware, type WebOptions, webMiddleware } from './web-handler.ts'

export type { LimiterDecision, RateLimitResult } from '../asking/result.ts'
export { rateLimitOf } from './web-handler.ts'

/** The part of a `NextRequest` beyond a `Request` from which keys are made. */
export interface NextRequestLike extends Request {
  readonly nextUrl: { readonly pathname: string; readonly searchParams: URLSearchParams }
  readonly cookies: { get(name: string): { readonly value: string } | undefined }
}

/** Options of {@link rateLimit}: their functions are called with the `NextRequest`, and what else `Args` names. */
export type NextRateLimitOptions<Args extends readonly [NextRequestLike, ...unknown[]] = [request: NextRequestLike]> =
  WebOptions<Args>

/**
 * Guards a route handler of Next.js 13.4 or later, or what `proxy.ts` (`middleware.ts` before Next.js 16) exports. A proxy
 * sees no response but its own, so `refund` belongs to route handlers.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * const limited = rateLimit({ limiter, key: clientIp({ address: vercelAddress }) })
 * export const GET = limited((request) => new Response(`hello from ${request.url}`))
 */
export function rateLimit<Args extends readonly [NextRequestLike, ...unknown[]] = [request: NextRequestLike]>(
  options: NextRateLimitOptions<Args>,
): WebMiddleware<Args> {
  return webMiddleware(options, statusOfThrown)
}

/** `redirect()` and its like throw; by its `digest`, Next.js tells them from what went wrong. */
function statusOfThrown(error: unknown): number {
  const { digest } = Object(error) as { digest?: unknown }
  return typeof digest === 'string' && digest.startsWith('NEXT_REDIRECT;') ? 307 : 500
}
