import express, { type RequestHandler } from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { describe, expect, test } from 'vitest'
import { type ExpressRateLimitOptions, rateLimit as limitExpress } from '../src/frameworks/express.ts'
import { rateLimit as limitFastify } from '../src/frameworks/fastify.ts'
import { rateLimit as limitFetch, rateLimitOf } from '../src/frameworks/fetch.ts'
import { rateLimit as limitHono } from '../src/frameworks/hono.ts'
import { rateLimit as limitNext } from '../src/frameworks/next.ts'
import { expresses, ok, serve } from './express-app.ts'
import { nextRequest } from './frameworks/next.ts'
import { fetchListener, serveOver } from './frameworks/serve.ts'
import { limiterOf } from './limiters.ts'

const key = () => 'ann'
const request = () => new Request('http://localhost/')

describe('fetch', () => {
  test('adds fields to a response whose headers can’t be changed', async () => {
    const redirect = Response.redirect('http://localhost/elsewhere', 307)
    expect(() => redirect.headers.set('a', 'b')).toThrow(TypeError)
    const twice = limitFetch({ limiter: limiterOf({ name: 'outer' }), key })
    const once = limitFetch({ limiter: limiterOf({}), key })
    const response = await twice(once(() => redirect))(request())
    expect(response.status).toBe(307)
    expect(response.headers.get('location')).toBe('http://localhost/elsewhere')
    expect(response.headers.get('ratelimit')).toBe('"api";r=1;t=4, "outer";r=1;t=4')
  })

  test('shows nobody the fields of another where one response answers many', async () => {
    const nothing = new Response(null, { status: 204 })
    const handler = limitFetch({ limiter: limiterOf({ limit: 3 }), key })(() => nothing)
    const fields = [await handler(request()), await handler(request())].map(({ headers }) => headers.get('ratelimit'))
    expect(fields).toEqual(['"api";r=2;t=4', '"api";r=1;t=4'])
  })

  test('knows nothing of requests that no middleware has seen', () => {
    expect(rateLimitOf(request())).toBeUndefined()
  })

  test('hands what comes with a request to handler and functions', async () => {
    const limited = limitFetch({ limiter: limiterOf({}), key: (_: Request, user: string) => user })
    const response = await limited((_, user) => new Response(user))(request(), 'bob')
    expect(await response.text()).toBe('bob')
    await limited(() => new Response())(request(), 'bob')
    const denied = await limited(() => new Response())(request(), 'bob')
    expect(denied.status).toBe(429)
  })
})

describe('next', () => {
  test('takes what redirect() throws for no failure', async () => {
    const limiter = limiterOf({})
    const limited = limitNext({ limiter, key, refund: 'failed' })
    const redirect = Object.assign(new Error('NEXT_REDIRECT'), { digest: 'NEXT_REDIRECT;replace;/login;307;' })
    const notFound = Object.assign(new Error('NEXT_HTTP_ERROR_FALLBACK'), { digest: 'NEXT_HTTP_ERROR_FALLBACK;404' })
    for (const [thrown, remaining] of [[redirect, 1] as const, [notFound, 1] as const]) {
      const GET = limited(() => Promise.reject(thrown))
      await expect(GET(nextRequest(request()))).rejects.toBe(thrown)
      expect(await limiter.peek('ann')).toMatchObject({ remaining })
    }
  })
})

describe('hono', () => {
  const appWith = (limit: number) => {
    const app = new Hono()
    app.use(limitHono({ limiter: limiterOf({ name: 'outer' }), key }))
    app.use(limitHono({ limiter: limiterOf({ limit }), key }))
    return app
  }

  test('keeps what other middlewares have set on a denial', async () => {
    const app = new Hono()
    app.use('/shared', cors())
    app.use(async (c, next) => {
      c.header('x-request-id', '7')
      await next()
    })
    app.route('/', appWith(0))
    const shared = await app.request('/shared')
    expect([shared.status, shared.headers.get('access-control-allow-origin')]).toEqual([429, '*'])
    const { status, headers } = await app.request('/')
    expect(status).toBe(429)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(headers.get('x-request-id')).toBe('7')
  })

  test('shows nobody the fields of another where one response answers many', async () => {
    const nothing = new Response(null, { status: 204 })
    const app = appWith(3)
    app.get('/', () => nothing)
    const answers = [await app.request('/'), await app.request('/')]
    expect(answers.map(({ status }) => status)).toEqual([204, 204])
    const fields = answers.map(({ headers }) => headers.get('ratelimit'))
    expect(fields).toEqual(['"api";r=2;t=4, "outer";r=1;t=4', '"api";r=1;t=4, "outer";r=0;t=4'])
  })

  test('adds fields to those of a response that it passes on', async () => {
    const answer = () => new Response('hi', { headers: { RateLimit: '"upstream";r=5' } })
    const upstream = await serveOver('HTTP/1.1', fetchListener(answer, []))
    const app = appWith(2)
    app.get('/', () => fetch(upstream.url))
    const response = await app.request('/')
    expect(response.headers.get('ratelimit')).toBe('"upstream";r=5, "api";r=1;t=4, "outer";r=1;t=4')
    expect(await response.text()).toBe('hi')
    await upstream.stop()
  })

  test('adds fields to a response whose headers can’t be changed', async () => {
    const app = appWith(2)
    app.get('/', () => Response.redirect('http://localhost/elsewhere', 307))
    const response = await app.request('/')
    expect([response.status, response.headers.get('location')]).toEqual([307, 'http://localhost/elsewhere'])
    expect(response.headers.get('ratelimit')).toBe('"api";r=1;t=4, "outer";r=1;t=4')
  })
})

describe('express', () => {
  test('stays out of the way of an answer that was sent before the limiter’s', async () => {
    const app = express()
    app.use((_, response, next) => {
      response.status(503).send('too late')
      next()
    })
    app.use(limitExpress({ limiter: limiterOf({ limit: 0 }), key }))
    const errors: unknown[] = []
    app.use((error: unknown, _: unknown, __: unknown, next: (error: unknown) => void) => {
      errors.push(error)
      next(error)
    })
    const { url, stop } = await serveOver('HTTP/1.1', app)
    expect(await (await fetch(url)).text()).toBe('too late')
    await stop()
    expect(errors).toEqual([])
  })

  test.each(expresses)('a custom answer on %s is a 429 unless it says otherwise', async (_, create) => {
    const limiter = limiterOf({ limit: 0 })
    const denying = (denied: Exclude<ExpressRateLimitOptions['denied'], undefined>) =>
      limitExpress({ limiter, key, denied })
    const running = await serve(
      create,
      (request, response, next) => {
        const answers: Record<string, RequestHandler> = {
          '/text': denying((_result, _request, answer) => answer.send('slow down')),
          '/other': denying((_result, _request, answer) => answer.status(420).send('calm')),
          '/error': denying((_result, _request, _answer, pass) => pass(new Error('told'))),
          '/watched': denying((_result, _request, _answer, pass) => pass()),
        }
        answers[request.path]?.(request, response, next)
      },
      ok,
    )
    const answers: unknown[] = []
    for (const path of ['/text', '/other', '/error', '/watched']) {
      const response = await fetch(running.url + path)
      answers.push([response.status, await response.text()])
    }
    await running.stop()
    expect(answers).toEqual([
      [429, 'slow down'],
      [420, 'calm'],
      [500, 'told'],
      [200, 'ok'],
    ])
  })
})

describe('fastify', () => {
  test('gives units back for injected requests too, which have no connection', async () => {
    const limiter = limiterOf({})
    const app = fastify()
    app.addHook('onRequest', limitFastify({ limiter, key, refund: 'successful' }))
    app.get('/', () => 'hello')
    await app.inject('/')
    await expect.poll(() => limiter.peek('ann')).toMatchObject({ remaining: 2 })
    await app.close()
  })

  test('guards one route before its handler, and sends a custom answer of any kind', async () => {
    const app = fastify()
    const denied = () => ({ error: 'slow down' })
    app.get(
      '/limited',
      { preHandler: limitFastify({ limiter: limiterOf({ limit: 0 }), key, denied }) },
      () => 'reached',
    )
    app.get('/free', () => 'reached')
    const response = await app.inject('/limited')
    expect([response.statusCode, response.json()]).toEqual([429, { error: 'slow down' }])
    expect((await app.inject('/free')).body).toBe('reached')
    await app.close()
  })
})
