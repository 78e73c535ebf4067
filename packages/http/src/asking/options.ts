import type { Cost, RateLimiter } from '@rl/core'
import type { Calendar } from '@rl/core/calendar'
import type { HeaderFormat } from '../fields/format.ts'
import type { RateLimitResult } from './result.ts'

/** A value, or how to find it for a request, by the arguments that the framework hands to its handlers. */
export type PerRequest<Args extends readonly unknown[], Value> = (...args: Args) => Value | Promise<Value>

/** Options that may differ from limiter to limiter. */
export interface LimiterSettings<Args extends readonly unknown[]> {
  /**
   * Whom a request counts for: a non-empty string, such as a user's id or what `clientIp` of `@rl/http/client-ip` finds.
   * Anything else is an `OptionError` that names `key`, and the request is not served.
   */
  readonly key?:
    | ((...args: Args) =>
        | string
        | Promise<string>
        // Never given. Compilers show this text where a key may be missing, as in `request.ip`; a named type would hide it.
        | { 'every request needs a key: clientIp() gives its address, or answer 401 before the limiter': never })
    | undefined
  /**
   * Units that a request takes: a number, or one for each unit that the limiter's windows name. Default 1; with several units
   * there is no default.
   */
  readonly cost?: Cost | PerRequest<Args, Cost | undefined> | undefined
  /**
   * Units that a request's key may use in a window, say by the user's plan: an integer from 0 to 2^53-1; with several windows, one
   * for each. Default: the limiter's.
   */
  readonly limit?: number | readonly number[] | PerRequest<Args, number | readonly number[] | undefined> | undefined
  /**
   * The calendar that applies to a request, say with the tenant's billing day: of the same period and time zone as a window of
   * the limiter. Default: the limiter's.
   *
   * @example (request) => calendar('month', { timeZone: 'Europe/Paris', day: billingDayOf(request) })
   */
  readonly calendar?: PerRequest<Args, Calendar | undefined> | undefined
  /**
   * Whether the fields of draft 10 name the partition (`pk`) that a request counts for: `true` for the first 16 bytes of the
   * SHA-256 of its key, or a function of the key. A key that can be guessed can be found out from its hash: for such, give a
   * keyed hash. Default `false`.
   */
  readonly partitionKey?: boolean | ((key: string) => Uint8Array | Promise<Uint8Array>) | undefined
  /**
   * The name of the units (`qu` of draft 10), from its registry: `'requests'`, `'content-bytes'`, `'concurrent-requests'`.
   * Printable ASCII. Default: requests, which goes without saying.
   */
  readonly unit?: string | undefined
}

/** A limiter, and what is different for it. */
export interface LimiterEntry<Args extends readonly unknown[]> extends LimiterSettings<Args> {
  /** Or a function that picks one for a request, such as that of the user's plan, where windows differ as well as limits. */
  readonly limiter: RateLimiter | PerRequest<Args, RateLimiter>
}

interface CommonOptions<Args extends readonly unknown[], Res> extends LimiterSettings<Args> {
  /** Whether a request passes uncounted, and without fields. */
  readonly skip?: PerRequest<Args, boolean> | undefined
  /**
   * Which requests get their units back once they are answered: `'failed'`, with a status from 400; `'successful'`, with one
   * below; or those for which a function of the response says so. Default: none.
   *
   * A client that leaves early gets nothing back, or its requests would be free work. Express and Fastify, over HTTP/1.1 and
   * HTTP/2, see a client leave until the whole answer was sent. Fetch handlers, Hono and Next.js see it until the handler has
   * answered, by `request.signal`, and only on platforms that abort that signal.
   */
  readonly refund?: 'failed' | 'successful' | ((response: Res, ...args: Args) => boolean | Promise<boolean>) | undefined
  /**
   * Called with refunds that failed: the units stay taken until their windows end. Its errors are ignored.
   * Default: `console.error`.
   */
  readonly onRefundError?: ((error: unknown) => void) | undefined
  /**
   * Which fields a response carries: those of a format from `@rl/http/headers`, of several, or `false` for none. A 429 has its
   * `Retry-After` anyway. Default `draft10`, whose fields are also those of draft 11.
   *
   * @example [draft10, legacy]
   */
  readonly headers?: HeaderFormat | readonly HeaderFormat[] | false | undefined
  /**
   * The reaction to a `StoreError` of a limiter, which rejects under its own `onStoreError: 'throw'`: the
   * framework's error handling gets it (`'throw'`, the default), or the request is answered with 503.
   */
  readonly onStoreError?: 'throw' | 'unavailable' | undefined
}

interface OneLimiter<Args extends readonly unknown[]> {
  /**
   * The limiter to ask, or a function that picks one for a request, such as that of the user's plan, where windows differ as
   * well as limits. Make each limiter once, not for each request.
   *
   * @example (request) => limiters[planOf(request)]
   */
  readonly limiter: RateLimiter | PerRequest<Args, RateLimiter>
  readonly limiters?: undefined
}

interface SeveralLimiters<Args extends readonly unknown[]> {
  /**
   * Asked one after the other, beginning with the one that denied last. The first denial ends it: limiters before it give
   * their units back. For several windows of one key, a limiter with `windows` is the better choice: it charges all or none
   * in one step.
   */
  readonly limiters: readonly (RateLimiter | LimiterEntry<Args>)[]
  readonly limiter?: undefined
}

/** Options that are the same in every framework. */
export type GuardOptions<Args extends readonly unknown[], Res> = CommonOptions<Args, Res> &
  (OneLimiter<Args> | SeveralLimiters<Args>)

/** The options of a framework's `rateLimit`; `DeniedArgs` are what its custom answer is made from. */
export type MiddlewareOptions<
  Args extends readonly unknown[],
  Res,
  DeniedArgs extends readonly unknown[],
  Answer,
> = GuardOptions<Args, Res> & {
  /**
   * Answers a denied request in place of the default problem+json: 429, or 503 where a failing store is why. Headers are
   * added to its answer; on Express, Fastify and Koa that status too, unless it sets one. With `throwDenial` of
   * `@rl/http` the framework's error handling answers.
   */
  readonly denied?: ((result: RateLimitResult, ...args: DeniedArgs) => Answer | Promise<Answer>) | undefined
}
