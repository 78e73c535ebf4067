import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  fieldsOf,
  Guard,
  joinResults,
  type MiddlewareOptions,
  onceSent,
  PROBLEM_TYPE,
  type RateLimitResult,
} from '@rl/http'

type Args = [request: IncomingMessage & { rateLimit?: RateLimitResult }, response: ServerResponse]
type Handler = (...args: Args) => unknown

function rateLimit(options: MiddlewareOptions<Args, ServerResponse, Args, unknown>): (handle: Handler) => Handler {
  const guard = new Guard(options)
  return (handle) => async (request, response) => {
    const verdict = await guard.check(request, response)
    if (verdict === undefined) return handle(request, response) // skipped
    request.rateLimit = joinResults(request.rateLimit, verdict.result)
    verdict.writeHeaders(fieldsOf(response))
    onceSent(response, () => void guard.settle(verdict, response.statusCode, response, request, response))
    if (verdict.problem === undefined) return handle(request, response)
    response.statusCode = verdict.problem.status
    if (options.denied) return options.denied(request.rateLimit, request, response)
    response.setHeader('Content-Type', PROBLEM_TYPE)
    return response.end(JSON.stringify(verdict.problem))
  }
}

export { type Args, type Handler, rateLimit }
