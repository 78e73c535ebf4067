import { rateLimit, rateLimitOf } from '../../src/frameworks/fetch.ts'
import { adapt, bodyOf, type SeenRequest, type StartApp } from './app.ts'
import { serveFetch } from './serve.ts'

export const startFetch: StartApp = (middlewares, handle) => {
  const errors: unknown[] = []
  const route = (request: Request): Response =>
    new Response(bodyOf(rateLimitOf(request)), { status: handle(seen(request), rateLimitOf(request)) })
  const guarded = middlewares.reduceRight<(request: Request) => Response | Promise<Response>>((next, options) => {
    const { denied } = options
    const limited = rateLimit({
      ...adapt<[Request], Response>(options, seen, (response) => response.status),
      denied: denied && ((result) => new Response(denied(result).body, denied(result))),
    })
    return limited(next)
  }, route)
  return serveFetch(async (request) => {
    try {
      return await guarded(request)
    } catch (error) {
      errors.push(error)
      return new Response('error', { status: 500 })
    }
  }, errors)
}

function seen(request: Request): SeenRequest {
  return { header: (name) => request.headers.get(name) ?? undefined }
}
