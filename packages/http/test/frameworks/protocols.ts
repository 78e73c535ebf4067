import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { RateLimiter } from '@rl/core'
import express5, { type Request as ExpressRequest, type Response as ExpressResponse } from 'express'
import express4 from 'express4'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { rateLimit as limitExpress } from '../../src/frameworks/express.ts'
import { rateLimit as limitFastify } from '../../src/frameworks/fastify.ts'
import { rateLimit as limitFetch } from '../../src/frameworks/fetch.ts'
import { rateLimit as limitHono } from '../../src/frameworks/hono.ts'
import { rateLimit as limitNext, type NextRequestLike } from '../../src/frameworks/next.ts'
import { nextRequest } from './next.ts'

export type Protocol = 'HTTP/1.1' | 'HTTP/2'

/** Options that mean the same everywhere. */
export interface Options {
  readonly limiter: RateLimiter
  readonly key: () => Promise<string>
  readonly refund: 'successful' | 'failed' | (() => boolean)
}

/** The only route: what it answers, once it does. */
export type Route = () => Promise<{ readonly status: number; readonly body: string }>

type Listener = (request: http.IncomingMessage, response: http.ServerResponse) => void

/** A framework's listener for a server of either protocol. */
export type CreateListener = (options: Options, route: Route, protocol: Protocol) => Promise<Listener>

const expressListener =
  (create: () => express5.Express): CreateListener =>
  async (options, route) => {
    const app = create().use(limitExpress<ExpressRequest, ExpressResponse>(options))
    return app.get('/', async (_, response) => {
      const { status, body } = await route()
      response.status(status).send(body)
    })
  }

/** Express itself does not run over HTTP/2. Others that take its middleware do. */
const middlewareListener: CreateListener = async (options, route) => {
  const limited = limitExpress<ExpressRequest, ExpressResponse>(options)
  return (request, response) =>
    limited(request as ExpressRequest, response as ExpressResponse, async () => {
      const { status, body } = await route()
      response.statusCode = status
      response.end(body)
    })
}

const fastifyListener: CreateListener = async (options, route, protocol) => {
  let listener: Listener = () => {}
  const serverFactory = (handler: Listener): http.Server => {
    listener = handler
    return protocol === 'HTTP/2' ? (http2.createServer() as unknown as http.Server) : http.createServer()
  }
  const app = fastify({ serverFactory } as object)
  app.addHook('onRequest', limitFastify(options))
  app.get('/', async (_, reply) => {
    const { status, body } = await route()
    return reply.code(status).send(body)
  })
  await app.ready()
  return listener
}

const respond = async (route: Route): Promise<Response> => {
  const { status, body } = await route()
  return new Response(body, { status })
}
const served = (fetch: (request: Request) => Response | Promise<Response>): Listener =>
  getRequestListener(fetch) as Listener

export const frameworks: readonly (readonly [string, CreateListener, readonly Protocol[]])[] = [
  ['Express 4', expressListener(express4 as unknown as typeof express5), ['HTTP/1.1']],
  ['Express 5', expressListener(express5), ['HTTP/1.1']],
  ['Express middleware alone', middlewareListener, ['HTTP/1.1', 'HTTP/2']],
  ['Fastify', fastifyListener, ['HTTP/1.1', 'HTTP/2']],
  [
    'Hono',
    async (options, route) => served(new Hono().use(limitHono(options)).get('/', () => respond(route)).fetch),
    ['HTTP/1.1', 'HTTP/2'],
  ],
  ['fetch', async (options, route) => served(limitFetch(options)(() => respond(route))), ['HTTP/1.1', 'HTTP/2']],
  [
    'Next.js',
    async (options, route) => {
      const limited = limitNext<[NextRequestLike]>(options)(() => respond(route))
      return served((request) => limited(nextRequest(request)))
    },
    ['HTTP/1.1', 'HTTP/2'],
  ],
]

/** A server, and the end of the first response that it makes. */
export interface Running {
  readonly port: number
  /** When the server sees that the response is over, whether it was sent or not. */
  readonly closed: Promise<unknown>
  stop(): void
}

export async function serveOver(protocol: Protocol, listener: Listener): Promise<Running> {
  const server = protocol === 'HTTP/2' ? (http2.createServer() as unknown as http.Server) : http.createServer()
  const closed = once(server, 'request').then(([, response]) => once(response, 'close'))
  server.on('request', listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    closed,
    stop: () => {
      server.close()
      server.closeAllConnections?.()
    },
  }
}

/** One request, and how to end it. */
export interface Client {
  /** Reads the whole answer. */
  read(): Promise<unknown>
  leave(): void
  stop(): void
}

/** Ways in which a client can leave, by protocol. */
export const leavings: readonly (readonly [string, Protocol, (port: number) => Client])[] = [
  ['closes the connection', 'HTTP/1.1', (port) => overHttp1(port, 'destroy')],
  ['resets the connection', 'HTTP/1.1', (port) => overHttp1(port, 'resetAndDestroy')],
  ['asked for a connection of its own', 'HTTP/1.1', (port) => overHttp1(port, 'destroy', 'Connection: close\r\n')],
  ['resets its stream', 'HTTP/2', (port) => overHttp2(port, http2.constants.NGHTTP2_CANCEL)],
  ['resets its stream with NO_ERROR', 'HTTP/2', (port) => overHttp2(port, http2.constants.NGHTTP2_NO_ERROR)],
  ['closes the connection', 'HTTP/2', (port) => overHttp2(port, undefined)],
]

function overHttp1(port: number, method: 'destroy' | 'resetAndDestroy', headers = ''): Client {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`)
  return {
    read: () => once(socket, 'data'),
    leave: () => void socket[method](),
    stop: () => void socket.destroy(),
  }
}

function overHttp2(port: number, code: number | undefined): Client {
  const session = http2.connect(`http://127.0.0.1:${port}`).on('error', () => {})
  const stream = session.request({ ':path': '/' }).on('error', () => {})
  stream.end()
  return {
    read: () => once(stream.resume(), 'end'),
    leave: () => (code === undefined ? session.destroy() : stream.close(code)),
    stop: () => session.destroy(),
  }
}
