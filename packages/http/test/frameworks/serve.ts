import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { App } from './app.ts'

/** Serves a fetch handler. */
export function serveFetch(fetch: (request: Request) => Response | Promise<Response>, errors: unknown[]): Promise<App> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(appOn(server as Server, errors)))
  })
}

/** A server that is listening, as an app. */
export function appOn(server: Server, errors: unknown[]): App {
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    errors,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
