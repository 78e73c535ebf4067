import { rateLimitOf } from '../../src/frameworks/fetch.ts'
import type { WebMiddleware, WebOptions } from '../../src/frameworks/web-handler.ts'
import { adapt, type Driver } from './driver.ts'
import { fetchListener, responseOf } from './serve.ts'

interface WebHandlers<Seen extends Request> {
  readonly name: string
  rateLimit(options: WebOptions<[Seen, object]>): WebMiddleware<[Seen, object]>
  /** The request as the framework hands it to a handler. */
  toSeen(request: Request): Seen
  header(name: string, request: Seen): string | undefined
}

/** The driver of a framework in which a handler takes a `Request` and returns a `Response`. */
export function webHandlers<Seen extends Request>({ name, rateLimit, toSeen, header }: WebHandlers<Seen>): Driver {
  type Handler = (request: Seen, env: object) => Promise<Response>
  return {
    name,
    protocols: ['HTTP/1.1', 'HTTP/2'],
    seesSending: false,
    listener: (middlewares, route, errors) => {
      const handler: Handler = async (request, env) => {
        const seen = { header: (name: string) => header(name, request), args: [request, env] }
        return responseOf(await route(seen, rateLimitOf(request)))
      }
      const guarded = middlewares.reduceRight<Handler>((next, options) => {
        const { denied } = options
        const limited = rateLimit({
          ...adapt<[Seen, object], Response>(options, header, (response) => response.status),
          denied: denied && ((result) => responseOf(denied(result))),
        })
        return limited(next)
      }, handler)
      return fetchListener((request, env) => guarded(toSeen(request), env), errors)
    },
  }
}
