import { calendar } from '@rl/core/calendar'
import express5, { type Request as Express5Request } from 'express'
import express4 from 'express4'
import { fastify } from 'fastify'
import { type Context, Hono } from 'hono'
import Koa from 'koa'
import { expect, expectTypeOf, test } from 'vitest'
import { rateLimit as limitExpress, type RateLimitResult } from '../src/frameworks/express.ts'
import { rateLimit as limitFastify } from '../src/frameworks/fastify.ts'
import { rateLimit as limitFetch, rateLimitOf } from '../src/frameworks/fetch.ts'
import { rateLimit as limitHono, type RateLimitVariables } from '../src/frameworks/hono.ts'
import { rateLimit as limitKoa, type RateLimitState } from '../src/frameworks/koa.ts'
import { rateLimit as limitNext, type NextRequestLike } from '../src/frameworks/next.ts'
import { limiterOf } from './limiters.ts'

// It only has to compile.

const limiter = limiterOf({})
const key = () => 'ann'

test('a fetch handler keeps its arguments, and functions see those they name', () => {
  interface Bindings {
    readonly TOKEN: string
  }
  const limited = limitFetch({ limiter, key: (_: Request, bindings: Bindings) => bindings.TOKEN })
  const handler = limited((request) => new Response(String(rateLimitOf(request)?.allowed)))
  expectTypeOf(handler).toBeCallableWith(new Request('http://localhost'), { TOKEN: 'token' })
  // @ts-expect-error the key needs the second argument
  expectTypeOf(handler).toBeCallableWith(new Request('http://localhost'))

  const plain = limitFetch({ limiter, key: (request) => request.url })
  const withInfo = plain((_: Request, info: { readonly hostname: string }) => new Response(info.hostname))
  expectTypeOf(withInfo).parameters.toEqualTypeOf<[_: Request, info: { readonly hostname: string }]>()
  expectTypeOf(rateLimitOf).returns.toEqualTypeOf<RateLimitResult | undefined>()
})

test('a calendar for each request is found by the arguments of the key', () => {
  limitFetch({ limiter, key, calendar: (request) => (request.url === '/' ? undefined : calendar('month')) })
  limitHono({
    limiters: [{ limiter, calendar: async (c) => calendar('month', { day: Number(c.req.query('day')) }) }],
    key,
  })
  limitExpress({ limiter, key, calendar: ({ ip }) => (ip === '127.0.0.1' ? calendar('day') : undefined) })
  limitFastify({ limiter, key, calendar: ({ ip }) => (ip === '127.0.0.1' ? calendar('day') : undefined) })
  limitNext({ limiter, key, calendar: ({ nextUrl }) => (nextUrl.pathname === '/' ? undefined : calendar('month')) })
  // @ts-expect-error a calendar for all requests is the limiter's own
  limitFetch({ limiter, key, calendar: calendar('month') })
  // @ts-expect-error what it gives is no calendar
  limitFetch({ limiter, key, calendar: () => 'month' })
})

test('a decision narrows', async () => {
  const request = new Request('http://localhost')
  await limitFetch({ limiter, key })(() => new Response())(request)
  const decision = rateLimitOf(request)?.decision
  if (decision === undefined || decision.source === 'failure-policy') throw new Error('no figures')
  expectTypeOf(decision.remaining).toBeNumber()
  expect(decision.remaining).toBe(1)
})

test('a Next.js handler keeps its context, and functions see cookies', () => {
  interface RouteContext {
    readonly params: Promise<{ readonly id: string }>
  }
  const limited = limitNext({ limiter, key: (request) => request.cookies.get('session')?.value ?? '' })
  const GET = limited(async (_: NextRequestLike, { params }: RouteContext) => Response.json(await params))
  expectTypeOf(GET).parameters.toEqualTypeOf<[_: NextRequestLike, RouteContext]>()
})

test('Hono’s context has the result and its own variables', () => {
  interface Variables {
    userId: string
  }
  const app = new Hono<{ Variables: Variables }>()
  const options = { limiter, key: (c: Context<{ Variables: Variables }>) => c.var.userId }
  app.get('/', limitHono(options), (c) => {
    expectTypeOf(c.var.rateLimit).toEqualTypeOf<RateLimitResult>()
    return c.text(c.var.userId)
  })
  const declared = new Hono<{ Variables: RateLimitVariables }>()
  declared.use(limitHono({ limiter, key: (c) => c.req.header('x-api-key') ?? '' }))
  declared.get('/', (c) => c.json(c.var.rateLimit.allowed))
})

test('Express 4 and 5 take it, and their requests have the result', () => {
  const options = { limiter, key: (request: Express5Request) => request.ip ?? '' }
  express5().use(limitExpress(options))
  express4().use(limitExpress({ limiter, key: ({ ip }) => ip ?? '' }))
  const bySession = (request: Express5Request): string => request.cookies?.session ?? ''
  express5().use('/:id', limitExpress({ limiter, key: ({ params }) => String(params.id) }))
  express5().get('/', limitExpress({ limiter, key: bySession }), (request, response) => {
    expectTypeOf(request.rateLimit).toEqualTypeOf<RateLimitResult | undefined>()
    response.end()
  })
  express4().get('/', (request, response) => {
    expectTypeOf(request.rateLimit).toEqualTypeOf<RateLimitResult | undefined>()
    response.end()
  })
})

test('Koa takes it with its own context, and its state has the result', () => {
  const app = new Koa<RateLimitState>()
  app.use(limitKoa({ limiter, key: (c) => c.ip }))
  app.use(limitKoa({ limiter, key: (c: Koa.Context) => c.cookies.get('session') ?? '' }))
  app.use((c) => {
    expectTypeOf(c.state.rateLimit).toEqualTypeOf<RateLimitResult | undefined>()
  })
  new Koa().use(limitKoa({ limiter, key, denied: (_, c) => void Object.assign(c, { body: 'slow down' }) }))
})

test('Fastify takes it as any of its hooks, and its requests have the result', () => {
  const hook = limitFastify({ limiter, key: (request) => request.ip })
  const app = fastify()
  app.addHook('onRequest', hook)
  app.get('/', { onRequest: hook, preHandler: [hook] }, async (request) => {
    expectTypeOf(request.rateLimit).toEqualTypeOf<RateLimitResult | undefined>()
    return request.rateLimit?.allowed
  })
})
