import { type NextRequestLike, rateLimit, rateLimitOf } from '../../src/frameworks/next.ts'
import { adapt, bodyOf, type SeenRequest, type StartApp } from './app.ts'
import { serveFetch } from './serve.ts'

/** Route handlers as Next.js calls them, but without Next.js. */
export const startNext: StartApp = (middlewares, handle) => {
  const errors: unknown[] = []
  const route = async (request: NextRequestLike): Promise<Response> =>
    new Response(bodyOf(rateLimitOf(request)), { status: handle(seen(request), rateLimitOf(request)) })
  const GET = middlewares.reduceRight<(request: NextRequestLike, context: object) => Promise<Response>>(
    (next, options) => {
      const { denied } = options
      const limited = rateLimit({
        ...adapt<[NextRequestLike], Response>(options, seen, (response) => response.status),
        denied: denied && ((result) => new Response(denied(result).body, denied(result))),
      })
      return limited(next)
    },
    route,
  )
  return serveFetch(async (request) => {
    try {
      return await GET(nextRequest(request), { params: Promise.resolve({}) })
    } catch (error) {
      errors.push(error)
      return new Response('error', { status: 500 })
    }
  }, errors)
}

/** Where tests look for the user, as cookies are what Next.js adds to a request. */
export function nextRequest(request: Request): NextRequestLike {
  const user = request.headers.get('x-user')
  const cookies = { get: (name: string) => (name === 'x-user' && user !== null ? { value: user } : undefined) }
  return Object.assign(new Request(request), { nextUrl: new URL(request.url), cookies })
}

function seen(request: NextRequestLike): SeenRequest {
  return { header: (name) => request.cookies.get(name)?.value ?? request.headers.get(name) ?? undefined }
}
