import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { type RateLimitVariables, rateLimit } from '../../src/frameworks/hono.ts'
import { adapt, type Driver, type Listener } from './driver.ts'
import { responseOf } from './serve.ts'

const header = (name: string, c: Context): string | undefined => c.req.header(name)

export const hono: Driver = {
  name: 'Hono',
  protocols: ['HTTP/1.1', 'HTTP/2'],
  seesSending: false,
  listener: (middlewares, route, errors) => {
    const app = new Hono<{ Variables: RateLimitVariables }>()
    for (const options of middlewares) {
      const { denied } = options
      app.use(
        rateLimit({
          ...adapt<[Context], Response>(options, header, (response) => response.status),
          denied: denied && ((result, c) => c.text(denied(result).body, denied(result).status as 418)),
        }),
      )
    }
    app.get('/', async (c) =>
      responseOf(await route({ header: (name) => header(name, c), args: [c] }, c.var.rateLimit)),
    )
    app.onError((error, c) => {
      errors.push(error)
      return c.text('error', 500)
    })
    return getRequestListener(app.fetch) as Listener
  },
}
