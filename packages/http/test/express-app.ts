import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type RequestHandler } from 'express'
import express4 from 'express4'

/** Both majors that express-rate-limit works under. */
export const expresses: readonly (readonly [string, () => Express])[] = [
  ['Express 4', () => express4() as unknown as Express],
  ['Express 5', () => express()],
]

export interface RunningApp {
  readonly url: string
  /** The statuses of this many requests, sent at once. */
  burst(count: number, path?: string): Promise<number[]>
  stop(): Promise<void>
}

/** Serves it on a free port of this machine. Errors are answered with 500 and their message. */
export async function serve(create: () => Express, ...handlers: readonly RequestHandler[]): Promise<RunningApp> {
  const app = create()
  app.use(...handlers)
  app.use(((error, _request, response, _next) => {
    response.status(500).send(error instanceof Error ? error.message : 'failed')
  }) satisfies (error: unknown, ...args: Parameters<RequestHandler>) => void)
  const server = createServer(app as RequestListener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    burst: (count, path = '/') =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const response = await fetch(url + path)
          await response.arrayBuffer()
          return response.status
        }),
      ),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

export const ok: RequestHandler = (_request, response) => {
  response.send('ok')
}
