import { type NextRequestLike, rateLimit, rateLimitOf } from '../../src/frameworks/next.ts'
import { adapt, type Driver } from './driver.ts'
import { fetchListener, responseOf } from './serve.ts'

type Handler = (request: NextRequestLike, env: object) => Promise<Response>

/** Route handlers as Next.js calls them, but without Next.js. */
export const next: Driver = {
  name: 'Next.js',
  protocols: ['HTTP/1.1', 'HTTP/2'],
  seesSending: false,
  listener: (middlewares, route, errors) => {
    const handler: Handler = async (request, env) => {
      const seen = { header: (name: string) => header(name, request), args: [request, env] }
      return responseOf(await route(seen, rateLimitOf(request)))
    }
    const GET = middlewares.reduceRight<Handler>((following, options) => {
      const { denied } = options
      const limited = rateLimit<[NextRequestLike, object]>({
        ...adapt<[NextRequestLike, object], Response>(options, header, (response) => response.status),
        denied: denied && ((result) => responseOf(denied(result))),
      })
      return limited(following)
    }, handler)
    return fetchListener((request, env) => GET(nextRequest(request), env), errors)
  },
}

/** Where tests look for the user, as cookies are what Next.js adds to a request. */
export function nextRequest(request: Request): NextRequestLike {
  const user = request.headers.get('x-user')
  const cookies = { get: (name: string) => (name === 'x-user' && user !== null ? { value: user } : undefined) }
  return Object.assign(new Request(request), { nextUrl: new URL(request.url), cookies })
}

function header(name: string, request: NextRequestLike): string | undefined {
  return request.cookies.get(name)?.value ?? request.headers.get(name) ?? undefined
}
