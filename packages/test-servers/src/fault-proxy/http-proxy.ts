import { once, setMaxListeners } from 'node:events'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import type { FaultSource } from './fault-source.ts'
import { HttpExchange } from './http-exchange.ts'
import { HttpForwarder } from './http-forward.ts'
import { type ProxyListener, portOf } from './listener.ts'

/** Passes HTTP requests on to a port of 127.0.0.1, with the faults of `source`. */
export async function startHttpProxy(
  targetPort: number,
  source: FaultSource,
  cutSilentAfterMs: number | undefined,
): Promise<ProxyListener> {
  const forwarder = new HttpForwarder(targetPort)
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal) // one for each request that is held back
  const exchange = new HttpExchange(source, forwarder, stopping.signal, cutSilentAfterMs)
  const server = createServer({ noDelay: true, keepAliveTimeout: 0 }, (request, response) => {
    exchange.run(request, response).catch(() => request.socket.destroy())
  })
  const clients = new Set<Socket>()
  server.on('connection', (client: Socket) => {
    client.on('error', () => undefined)
    if (source.refusing) return client.resetAndDestroy()
    clients.add(client)
    client.once('close', () => clients.delete(client))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutAll = (): void => {
    for (const client of clients) client.resetAndDestroy()
  }
  return {
    port: portOf(server),
    cutAll,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      stopping.abort()
      cutAll()
      forwarder.close()
      await closed
    },
  }
}
