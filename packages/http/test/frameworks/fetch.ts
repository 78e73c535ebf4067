import { rateLimit, rateLimitOf } from '../../src/frameworks/fetch.ts'
import { adapt, type Driver } from './driver.ts'
import { fetchListener, responseOf } from './serve.ts'

type Handler = (request: Request, env: object) => Promise<Response>

const header = (name: string, request: Request): string | undefined => request.headers.get(name) ?? undefined

export const fetchDriver: Driver = {
  name: 'fetch',
  protocols: ['HTTP/1.1', 'HTTP/2'],
  seesSending: false,
  listener: (middlewares, route, errors) => {
    const handler: Handler = async (request, env) => {
      const seen = { header: (name: string) => header(name, request), args: [request, env] }
      return responseOf(await route(seen, rateLimitOf(request)))
    }
    const guarded = middlewares.reduceRight<Handler>((next, options) => {
      const { denied } = options
      const limited = rateLimit<[Request, object]>({
        ...adapt<[Request, object], Response>(options, header, (response) => response.status),
        denied: denied && ((result) => responseOf(denied(result))),
      })
      return limited(next)
    }, handler)
    return fetchListener(guarded, errors)
  },
}
