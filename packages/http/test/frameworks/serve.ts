import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import type { Answer, Listener, Protocol } from './driver.ts'

/** A server on a free port of this machine. */
export interface Running {
  readonly port: number
  readonly url: string
  /** When the server sees that its first response is over, whether it was sent or not. */
  readonly closed: Promise<unknown>
  stop(): Promise<void>
}

export async function serveOver(protocol: Protocol, listener: Listener): Promise<Running> {
  const server = protocol === 'HTTP/2' ? (http2.createServer() as unknown as http.Server) : http.createServer()
  const sessions = new Set<http2.ServerHttp2Session>()
  server.on('session', (session: http2.ServerHttp2Session) => {
    sessions.add(session)
    session.on('error', () => {}).once('close', () => sessions.delete(session))
  })
  const closed = once(server, 'request').then(([, response]) => once(response, 'close'))
  server.on('request', listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    closed,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections?.()
        for (const session of sessions) session.destroy()
      }),
  }
}

/** A fetch handler, as Node serves it; what it throws goes to `errors`. */
export function fetchListener(handle: (request: Request, env: object) => unknown, errors: unknown[]): Listener {
  const safely = async (request: Request, env: object): Promise<Response> => {
    try {
      return (await handle(request, env)) as Response
    } catch (error) {
      errors.push(error)
      return new Response('error', { status: 500 })
    }
  }
  return getRequestListener(safely as Parameters<typeof getRequestListener>[0]) as Listener
}

export function responseOf({ status, body }: Answer): Response {
  return new Response(body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : body, { status })
}
