import { type Context, Hono } from 'hono'
import { type RateLimitVariables, rateLimit } from '../../src/frameworks/hono.ts'
import { adapt, bodyOf, type SeenRequest, type StartApp } from './app.ts'
import { serveFetch } from './serve.ts'

export const startHono: StartApp = (middlewares, handle) => {
  const errors: unknown[] = []
  const app = new Hono<{ Variables: RateLimitVariables }>()
  for (const options of middlewares) {
    const { denied } = options
    app.use(
      rateLimit({
        ...adapt<[Context], Response>(options, seen, (response) => response.status),
        denied: denied && ((result, c) => c.text(denied(result).body, denied(result).status as 418)),
      }),
    )
  }
  app.get('/', (c) => new Response(bodyOf(c.var.rateLimit), { status: handle(seen(c), c.var.rateLimit) }))
  app.onError((error, c) => {
    errors.push(error)
    return c.text('error', 500)
  })
  return serveFetch(app.fetch, errors)
}

function seen(c: Context): SeenRequest {
  return { header: (name) => c.req.header(name) }
}
