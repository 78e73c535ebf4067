import { HttpException } from '@nestjs/common'
import type { Problem, RateLimitResult } from '@rl/http'

/** Details of a denial, for clients that see no header fields: the `extensions` of an error in GraphQL. */
export interface DenialDetails {
  /** `'SERVICE_UNAVAILABLE'` where a failing store is why. */
  readonly code: 'TOO_MANY_REQUESTS' | 'SERVICE_UNAVAILABLE'
  /** Milliseconds; left out where waiting does not help, as the cost is above the limit. */
  readonly retryAfterMs?: number
  /** The names of the policies whose quota does not suffice. */
  readonly violatedPolicies?: readonly string[]
}

/**
 * Thrown about a denied call: an HttpException with the status 429, or 503 where a failing store is why. Its body is the
 * problem details of `@rl/http`. Holds no identifier; filters find the decisions by `rateLimitOf(request)`.
 *
 * @example
 * const answer = (exception: RateLimitException, response: Response) =>
 *   response.status(exception.getStatus()).render('slow-down', exception.extensions)
 */
export class RateLimitException extends HttpException {
  /** GraphQL servers send it with the error. */
  readonly extensions: DenialDetails

  constructor(problem: Problem, { decision }: RateLimitResult) {
    super({ ...problem }, problem.status, 'error' in decision ? { cause: decision.error } : {})
    this.message = problem.title
    const violatedPolicies = problem['violated-policies']
    this.extensions = {
      code: problem.status === 429 ? 'TOO_MANY_REQUESTS' : 'SERVICE_UNAVAILABLE',
      ...(Number.isFinite(decision.retryAfterMs) && { retryAfterMs: decision.retryAfterMs }),
      ...(violatedPolicies && { violatedPolicies }),
    }
  }
}

/** For gateways, whose filter hides what is no WsException from clients. Their package is there, as a gateway was called. */
export async function wsException(exception: RateLimitException): Promise<Error> {
  const { WsException } = await import('@nestjs/websockets')
  const { message, extensions } = exception
  return Object.assign(new WsException({ status: 'error', message, ...extensions }), { cause: exception })
}
