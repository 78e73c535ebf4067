import type { ExecutionContext } from '@nestjs/common'
import type { RateLimiter } from '@rl/core'
import type { GuardOptions, LimiterSettings, PerRequest, RateLimitResult } from '@rl/http'

/** The parts of an Express or Fastify request that keys are made from. Functions may name their application's type instead. */
export interface HandlerRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly params: unknown
  readonly query: unknown
  readonly body?: unknown
  readonly ip?: string | undefined
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/**
 * Arguments of the functions among the options. The request is that of HTTP, also in GraphQL (`req` of the context, or else
 * the context). In a gateway it is `request` of the client, which socket.io sets, or else the client.
 */
export type HandlerArgs<Req> = [request: Req, context: ExecutionContext]

/** How a handler ended. Over HTTP this is the response of Express or the reply of Fastify. */
export interface Outcome {
  /** An HTTP status, from 100 to 599. */
  readonly statusCode: number
}

type Common<Req> = Omit<GuardOptions<HandlerArgs<Req>, Outcome>, 'limiter' | 'limiters'> & {
  /**
   * Makes what is thrown about a denied call, and goes through the exception filters. Default: a `RateLimitException`, in a
   * gateway a `WsException`.
   */
  readonly denied?: ((result: RateLimitResult, ...args: HandlerArgs<Req>) => Error | Promise<Error>) | undefined
}

/** The name of a limiter, or a function that picks one for a call, such as that of the user's plan. */
export type LimiterName<Req> = string | PerRequest<HandlerArgs<Req>, string>

/** A limiter by its name, and what is different for it. */
export interface NamedLimiter<Req> extends LimiterSettings<HandlerArgs<Req>> {
  readonly limiter: LimiterName<Req>
}

/** Options of `@RateLimit()`: those of the middlewares in `@rl/http`, with limiters by name, over the defaults of the module. */
export type RateLimitOptions<Req = HandlerRequest> = Common<Req> & {
  /** Default: the module's only one. */
  readonly limiter?: LimiterName<Req> | undefined
  /** Instead of `limiter`, several: admitted by all, or charged to none. */
  readonly limiters?: readonly (string | NamedLimiter<Req>)[] | undefined
}

/** Defaults for all uses of `@RateLimit()`. */
export type ModuleDefaults<Req = HandlerRequest> = Pick<
  Common<Req>,
  'key' | 'skip' | 'headers' | 'partitionKey' | 'onStoreError' | 'onRefundError' | 'denied'
>

/** Options of the module: its limiters, and defaults for all uses of `@RateLimit()`. */
export interface RateLimitModuleOptions<Req = HandlerRequest> extends ModuleDefaults<Req> {
  /** Limiters with names unlike each other; wrapped ones, such as a wait queue or a shadow, too. */
  readonly limiters: readonly RateLimiter[]
}
