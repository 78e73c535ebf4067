import 'reflect-metadata'
import http from 'node:http'
import http2 from 'node:http2'
import { Readable } from 'node:stream'
import type { ExecutionContext } from '@nestjs/common'
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  type INestApplication,
  Req,
  Res,
  UseFilters,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { RateLimiter } from '@rl/core'
import { type LimiterEntry, PROBLEM_TYPE } from '@rl/http'
import { type AppOptions, adapt, type Driver, type Listener, type Route } from '../../http/test/frameworks/driver.ts'
import { limiterOf } from '../../http/test/limiters.ts'
import {
  type LimiterName,
  type Outcome,
  RateLimit,
  RateLimiters,
  RateLimitModule,
  type RateLimitOptions,
  rateLimitOf,
} from '../src/index.ts'

type Args = [request: http.IncomingMessage, context: ExecutionContext]

const header = (name: string, request: http.IncomingMessage): string | undefined => request.headers[name]?.toString()

/** How a platform sends what a filter or a handler answers. */
interface Platform {
  listener(module: object): Promise<Listener>
  send(response: never, status: number, type: string | undefined, body: string | Readable): unknown
}

/** Options of the suite as a decorator has them, by names; and their limiters. */
function byName(
  options: AppOptions,
  picked: Map<string, RateLimiter>,
): { limiters: readonly RateLimiter[]; options: RateLimitOptions<Args[0]> } {
  const { limiter, limiters, ...rest } = adapt<Args, Outcome>(options, header, ({ statusCode }) => statusCode)
  const { denied } = options
  const common = {
    ...rest,
    ...(denied && {
      denied: (result: Parameters<typeof denied>[0]) => {
        const { status, body } = denied(result)
        return new HttpException(body, status)
      },
    }),
  }
  const all: RateLimiter[] = []
  const named = (each: LimiterEntry<Args>['limiter']): LimiterName<Args[0]> => {
    if (typeof each === 'function')
      return async (...args) => {
        const limiter = await each(...args)
        picked.set(limiter.name, limiter)
        return limiter.name
      }
    all.push(each)
    return each.name
  }
  if (limiters === undefined) return { options: { ...common, limiter: named(limiter) }, limiters: all }
  const entries = limiters.map((each) => ({
    ...('peek' in each ? {} : each),
    limiter: named('peek' in each ? each : each.limiter),
  }))
  return { options: { ...common, limiters: entries }, limiters: all }
}

function moduleOf(middlewares: readonly AppOptions[], route: Route, errors: unknown[], { send }: Platform): object {
  const picked = new Map<string, RateLimiter>()
  const limits = middlewares.map((each) => byName(each, picked))

  @Catch()
  class Everything implements ExceptionFilter {
    catch(error: unknown, host: ArgumentsHost): void {
      const response = host.switchToHttp().getResponse<never>()
      if (!(error instanceof HttpException)) {
        errors.push(error)
        send(response, 500, undefined, 'error')
        return
      }
      const body = error.getResponse()
      if (typeof body === 'string') send(response, error.getStatus(), undefined, body)
      else send(response, error.getStatus(), PROBLEM_TYPE, JSON.stringify(body))
    }
  }

  @Controller()
  @UseFilters(new Everything())
  class App {
    @Get()
    async answer(@Req() request: http.IncomingMessage, @Res() response: never): Promise<void> {
      const seen = { header: (name: string) => header(name, request), args: [request, response] }
      const { status, body } = await route(seen, rateLimitOf(request))
      await send(response, status, undefined, body)
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(App.prototype, 'answer') as PropertyDescriptor
  for (const { options } of limits) RateLimit(options)(App.prototype, 'answer', descriptor)

  // Of those that are picked for a request, the module would know the names.
  class Limiters extends RateLimiters {
    override get(name: string): RateLimiter {
      return picked.get(name) ?? super.get(name)
    }
  }
  const limiters = [...new Set([...limits.flatMap((each) => each.limiters), limiterOf({ name: 'another' })])]
  const provided = { provide: RateLimiters, useValue: new Limiters({ limiters }) }
  const limitModule = { ...RateLimitModule.forRoot({ limiters }), providers: [provided] }
  return { module: App, imports: [limitModule], controllers: [App] }
}

function driver(name: string, protocols: Driver['protocols'], platformOver: (protocol: string) => Platform): Driver {
  return {
    name,
    protocols,
    seesSending: true,
    listener: (middlewares, route, errors, protocol) => {
      const platform = platformOver(protocol)
      return platform.listener(moduleOf(middlewares, route, errors, platform))
    },
  }
}

const SILENT = { logger: false, abortOnError: false } as const

/** Nest on Express, which speaks HTTP/1.1 only. */
export const nestExpress: Driver = driver('Nest on Express', ['HTTP/1.1'], () => ({
  listener: async (module) => {
    const app: INestApplication = await NestFactory.create(module as never, new ExpressAdapter(), SILENT)
    await app.init()
    return app.getHttpAdapter().getInstance()
  },
  send: (response: http.ServerResponse, status, type, body) => {
    response.statusCode = status
    if (type !== undefined) response.setHeader('Content-Type', type)
    return body instanceof Readable ? body.pipe(response) : response.end(body)
  },
}))

/** Nest on Fastify. */
export const nestFastify: Driver = driver('Nest on Fastify', ['HTTP/1.1', 'HTTP/2'], (protocol) => ({
  listener: async (module) => {
    let listener: Listener = () => {}
    const serverFactory = (handler: Listener): http.Server => {
      listener = handler
      return protocol === 'HTTP/2' ? (http2.createServer() as unknown as http.Server) : http.createServer()
    }
    const app = await NestFactory.create(module as never, new FastifyAdapter({ serverFactory } as object), SILENT)
    await app.init()
    await app.getHttpAdapter().getInstance().ready()
    return listener
  },
  send: (
    reply: { code(status: number): { type(type: string): unknown; send(body: unknown): unknown } },
    status,
    type,
    body,
  ) => {
    const sent = reply.code(status)
    if (type !== undefined) sent.type(type)
    return sent.send(body)
  },
}))
