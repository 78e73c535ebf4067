import type { Server } from 'node:http'
import express5, { type Express, type NextFunction, type Request, type Response } from 'express'
import express4 from 'express4'
import { rateLimit } from '../../src/frameworks/express.ts'
import { adapt, bodyOf, type SeenRequest, type StartApp } from './app.ts'
import { appOn } from './serve.ts'

export const startExpress5: StartApp = startWith(express5)
export const startExpress4: StartApp = startWith(express4 as unknown as typeof express5)

function startWith(express: () => Express): StartApp {
  return (middlewares, handle) => {
    const errors: unknown[] = []
    const app = express()
    for (const options of middlewares) {
      const { denied } = options
      app.use(
        rateLimit({
          ...adapt<[Request, Response], Response>(options, seen, (response) => response.statusCode),
          denied: denied && ((result, _, response) => response.status(denied(result).status).send(denied(result).body)),
        }),
      )
    }
    app.get('/', (request, response) => {
      response.status(handle(seen(request), request.rateLimit)).send(bodyOf(request.rateLimit))
    })
    app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      errors.push(error)
      response.status(500).send('error')
    })
    return new Promise((resolve) => {
      const server: Server = app.listen(0, '127.0.0.1', () => resolve(appOn(server, errors)))
    })
  }
}

function seen(request: Request): SeenRequest {
  return { header: (name) => request.get(name) }
}
