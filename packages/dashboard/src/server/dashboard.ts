import { requestsAreIsolated } from '@rl/core/operate'
import { Figures } from './figures/figures.ts'
import { Handler } from './handle.ts'
import { answerNode, type NodeRequest, type NodeResponse } from './http/node.ts'
import { fromRequest, toResponse } from './http/web.ts'
import { type DashboardOptions, parseOptions } from './options.ts'
import { type ProcessLimits, processLimits } from './process-limits.ts'

/** A mounted page, made by {@link dashboard}. */
export interface Dashboard<Native> {
  /** Answers a `Request`, of any path that ends in what the page asks for. Rejects never. */
  readonly fetch: (request: Request & Native) => Promise<Response>
  /** The same for Node's own request and response, also of HTTP/2, and so also as middleware of Express or Connect. Rejects never. */
  readonly node: (request: NodeRequest & Native, response: NodeResponse) => Promise<void>
  /**
   * Ends streams, stops counting, and answers 503 from now on.
   *
   * @example
   * const page = dashboard({ limiters: [limiter], authorize: isAdmin })
   * page.close()
   */
  close(): void
}

/**
 * A page that shows limiters live and lets operators look identifiers up, reset them, give units back and try a call. Mount it
 * under a separate path, behind the app's login. It counts from now on what the limiters decide in this process.
 *
 * @example
 * const page = dashboard({ limiters: [limiter], authorize: (request: express.Request) => isAdmin(request) })
 * app.use('/limits', page.node)
 * @example
 * const page = dashboard({ limiters: [limiter], authorize: (request: Request) => isAdmin(request) })
 * export default { fetch: page.fetch }
 * @throws {OptionError} naming the option that is wrong, such as a missing `authorize`.
 */
export function dashboard<Native = unknown>(options: DashboardOptions<Native>): Dashboard<Native> {
  return dashboardWithin(processLimits, options)
}

/** @param limits What it shares with the other dashboards of the process. */
export function dashboardWithin<Native>(limits: ProcessLimits, options: DashboardOptions<Native>): Dashboard<Native> {
  // Where requests are isolated, a process is of no interest: none may wait for what another has begun. Nor are random numbers
  // there before one comes, which hashes need.
  const isCounting = !requestsAreIsolated()
  const parsed = parseOptions(options)
  const settings = isCounting ? parsed : { ...parsed, deniedMost: 'off' as const }
  const handler = new Handler(settings, new Figures(settings, isCounting), limits, isCounting)
  return {
    fetch: async (request) => toResponse(await handler.answer(fromRequest(request)), request.method),
    node: (request, response) => answerNode(request, response, (incoming) => handler.answer(incoming)),
    close: () => handler.close(),
  }
}
