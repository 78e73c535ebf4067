import { Readable } from 'node:stream'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import createExpress4 from 'express4'
import { rateLimit } from '../../src/frameworks/express.ts'
import { type AppOptions, adapt, type Driver, type Listener, type Route } from './driver.ts'

type Middleware = ReturnType<typeof rateLimit<Request, Response>>

function limit(options: AppOptions): Middleware {
  const { denied } = options
  return rateLimit<Request, Response>({
    ...adapt<[Request, Response], Response>(options, header, (response) => response.statusCode),
    denied:
      denied &&
      ((result, _, response) => {
        const { status, body } = denied(result)
        response.statusCode = status
        response.end(body)
      }),
  })
}

const header = (name: string, request: Request): string | undefined => request.headers[name]?.toString()

async function answer(route: Route, request: Request, response: Response): Promise<void> {
  const seen = { header: (name: string) => header(name, request), args: [request, response] }
  const { status, body } = await route(seen, request.rateLimit)
  response.statusCode = status
  if (body instanceof Readable) body.pipe(response)
  else response.end(body)
}

function driver(name: string, create: () => Express): Driver {
  return {
    name,
    protocols: ['HTTP/1.1'],
    seesSending: true,
    listener: (middlewares, route, errors) => {
      const app = create()
      for (const options of middlewares) app.use(limit(options))
      app.get('/', (request, response, next) => {
        answer(route, request, response).catch(next)
      })
      return app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
        errors.push(error)
        response.status(500).send('error')
      })
    },
  }
}

export const express4: Driver = driver('Express 4', createExpress4 as unknown as typeof express)
export const express5: Driver = driver('Express 5', express)

/** Express itself does not run over HTTP/2. Others that take its middleware do. */
export const connectStyle: Driver = {
  name: 'Express middleware alone',
  protocols: ['HTTP/1.1', 'HTTP/2'],
  seesSending: true,
  listener: (middlewares, route, errors) => {
    const limits = middlewares.map(limit)
    const run = async (request: Request, response: Response, left: readonly Middleware[]): Promise<void> => {
      const [first, ...rest] = left
      if (first === undefined) return answer(route, request, response)
      let next: Promise<void> | undefined
      await first(request, response, (error) => {
        next = error === undefined ? run(request, response, rest) : Promise.reject(error)
      })
      await next
    }
    return (async (request: Request, response: Response) => {
      try {
        await run(request, response, limits)
      } catch (error) {
        errors.push(error)
        response.statusCode = 500
        response.end('error')
      }
    }) as unknown as Listener
  },
}
