import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { serve } from '@hono/node-server'
import { FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import express from 'express'
import express4 from 'express4'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  bunAddress,
  type ClientIp,
  clientIp,
  cloudflareAddress,
  denoAddress,
  nodeAddress,
  vercelAddress,
} from '../src/client-ip/client-ip.ts'
import { rateLimit as limitExpress } from '../src/frameworks/express.ts'
import { rateLimit as limitFastify } from '../src/frameworks/fastify.ts'
import { rateLimit as limitFetch } from '../src/frameworks/fetch.ts'
import { rateLimit as limitHono } from '../src/frameworks/hono.ts'
import { rateLimit as limitNext, type NextRequestLike } from '../src/frameworks/next.ts'
import { nextRequest } from './frameworks/next.ts'

const limiterOf = () => new FixedWindowRateLimiter({ name: 'ip', store: new MemoryStore(), limit: 2, window: '1h' })

/** Each framework with `key: clientIp(…)`, on a socket. */
const frameworks: readonly (readonly [string, (key: ClientIp) => Promise<Server>])[] = [
  [
    'Express 4',
    (key) => {
      const app = (express4 as unknown as typeof express)().use(limitExpress({ limiter: limiterOf(), key }))
      return listening(createServer(app.get('/', (_, response) => void response.end())))
    },
  ],
  [
    'Express 5',
    (key) => {
      const app = express().use(limitExpress({ limiter: limiterOf(), key }))
      return listening(createServer(app.get('/', (_, response) => void response.end())))
    },
  ],
  [
    'Fastify',
    async (key) => {
      const app = fastify()
      app.addHook('onRequest', limitFastify({ limiter: limiterOf(), key }))
      app.get('/', async () => 'ok')
      await app.listen({ port: 0, host: '127.0.0.1' })
      return app.server
    },
  ],
  [
    'Hono under @hono/node-server',
    (key) => {
      const app = new Hono().use(limitHono({ limiter: limiterOf(), key })).get('/', (c) => c.text('ok'))
      return served(app.fetch)
    },
  ],
  [
    'a fetch handler under @hono/node-server',
    (key) => {
      const limited = limitFetch<[Request, unknown]>({ limiter: limiterOf(), key })
      return served(limited(() => new Response('ok')))
    },
  ],
  [
    'a Next.js route handler behind one proxy',
    (key) => {
      const limited = limitNext<[NextRequestLike, unknown]>({ limiter: limiterOf(), key })
      const route = limited(async () => new Response('ok'))
      return served((request, env) => route(nextRequest(request), env))
    },
  ],
]

function served(fetch: (request: Request, env: object) => Response | Promise<Response>): Promise<Server> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server as Server))
  })
}

async function listening(server: Server): Promise<Server> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

/** Statuses of requests with these header lines, each sent byte by byte as it stands here. */
async function statuses(server: Server, headers: readonly string[]): Promise<number[]> {
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const answers: number[] = []
  for (const lines of headers) {
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n`)
    let answer = ''
    for await (const chunk of socket) answer += chunk
    answers.push(Number(answer.split(' ')[1]))
  }
  return answers
}

describe.each(frameworks)('%s', (_, start) => {
  it('counts by connection, whatever the headers say', async () => {
    const headers = ['', 'X-Forwarded-For: 1.1.1.1\r\n', 'X-Forwarded-For: 2.2.2.2\r\nForwarded: for=2.2.2.2\r\n']
    expect(await statuses(await start(clientIp()), headers)).toEqual([200, 200, 429])
  })

  it('counts by what the proxy added, in one header or in several', async () => {
    const headers = [
      'X-Forwarded-For: 1.1.1.1, 203.0.113.7\r\n',
      'X-Forwarded-For: 2.2.2.2\r\nX-Forwarded-For: 203.0.113.7\r\n',
      'X-Forwarded-For: 3.3.3.3\r\nX-Forwarded-For: 4.4.4.4, 203.0.113.7\r\n',
      'X-Forwarded-For: 203.0.113.7, 203.0.113.8\r\n',
    ]
    const expected = [200, 200, 429, 200]
    expect(await statuses(await start(clientIp({ hops: 1 })), headers)).toEqual(expected)
    expect(await statuses(await start(clientIp({ trustedProxies: ['loopback'] })), headers)).toEqual(expected)
    const forwarded = headers.map((lines) =>
      lines.replaceAll('X-Forwarded-For', 'Forwarded').replace(/[\d.]{7,}/g, 'for=$&'),
    )
    const key = clientIp({ hops: 1, header: 'forwarded' })
    expect(await statuses(await start(key), forwarded)).toEqual(expected)
  })
})

describe('where a platform shows the address', () => {
  const web = (headers: Record<string, string>) => new Request('https://example.com', { headers })
  const bun = { requestIP: (request: unknown) => (request instanceof Request ? { address: '203.0.113.7' } : null) }
  const deno = { remoteAddr: { transport: 'tcp', hostname: '203.0.113.7', port: 1 } }
  const hono = (request: Request, env: unknown) => ({ req: { raw: request }, env })
  const request = web({ 'x-forwarded-for': '1.1.1.1' })

  it.each([
    ['Bun', bunAddress, request, bun],
    ['Hono on Bun', bunAddress, hono(request, bun), undefined],
    ['Hono on Bun, as { server }', bunAddress, hono(request, { server: bun }), undefined],
    ['Deno', denoAddress, request, deno],
    ['Hono on Deno', denoAddress, hono(request, deno), undefined],
    ['Node', nodeAddress, { socket: { remoteAddress: '203.0.113.7' } }, undefined],
    ['Workers', cloudflareAddress, web({ 'cf-connecting-ip': '203.0.113.7' }), {}],
    ['Hono on Workers', cloudflareAddress, hono(web({ 'cf-connecting-ip': '203.0.113.7' }), {}), undefined],
    ['Vercel', vercelAddress, web({ 'x-vercel-forwarded-for': '203.0.113.7' }), undefined],
    ['Vercel under Node', vercelAddress, { headers: { 'x-vercel-forwarded-for': '203.0.113.7' } }, undefined],
  ] as const)('%s', (platform, address, from, info) => {
    expect(address(from, info)).toBe('203.0.113.7')
    const key = clientIp(platform.includes('Workers') || platform.includes('Vercel') ? { address } : {})
    expect(key(from, info)).toBe('203.0.113.7')
  })

  it.each([
    ['no connection at all', request, undefined],
    ['a Worker without the option', web({ 'cf-connecting-ip': '203.0.113.7' }), { KV: {} }],
    ['a Unix socket under Deno', request, { remoteAddr: { transport: 'unix', path: '/run/app.sock' } }],
    ['a Unix socket under Bun', request, { requestIP: () => null }],
    ['a socket that was closed', { socket: {}, headers: {} } as Partial<IncomingMessage>, undefined],
  ])('%s: an error that says what to do', (_, from, info) => {
    expect(() => clientIp()(from, info)).toThrow(/Set the option address/)
  })
})
