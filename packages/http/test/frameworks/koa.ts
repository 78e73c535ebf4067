import Koa, { type Context } from 'koa'
import Koa2 from 'koa2'
import { type RateLimitState, rateLimit } from '../../src/frameworks/koa.ts'
import { adapt, type Driver, type Protocol } from './driver.ts'

const header = (name: string, c: Context): string | undefined => c.get(name) || undefined

function driver(name: string, App: typeof Koa, withoutHead: readonly Protocol[]): Driver {
  return {
    name,
    withoutHead,
    protocols: ['HTTP/1.1', 'HTTP/2'],
    seesSending: true,
    listener: (middlewares, route, errors) => {
      const app = new App<RateLimitState>()
      app.on('error', () => {}) // otherwise it prints those of clients that leave
      app.use(async (c, next) => {
        try {
          await next()
        } catch (error) {
          errors.push(error)
          c.status = 500
          c.body = 'error'
        }
      })
      for (const options of middlewares) {
        const { denied } = options
        app.use(
          rateLimit<Context>({
            ...adapt<[Context], Context['res']>(options, header, (response) => response.statusCode),
            denied: denied && ((result, c) => Object.assign(c, denied(result))),
          }),
        )
      }
      app.use(async (c) => {
        Object.assign(c, await route({ header: (each) => header(each, c), args: [c] }, c.state.rateLimit))
      })
      return app.callback()
    },
  }
}

export const koa2: Driver = driver('Koa 2', Koa2, ['HTTP/2'])
export const koa3: Driver = driver('Koa 3', Koa, [])
