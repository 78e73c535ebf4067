import { once } from 'node:events'
import { createServer } from 'node:net'
import type { FaultSource } from './fault-source.ts'
import { type ProxyListener, portOf } from './listener.ts'
import { RespConnection } from './resp-connection.ts'

/** Passes Redis's protocol on to a port of 127.0.0.1, with the faults of `source`. */
export async function startRespProxy(
  targetPort: number,
  source: FaultSource,
  cutSilentAfterMs: number | undefined,
): Promise<ProxyListener> {
  const connections = new Set<RespConnection>()
  const server = createServer({ noDelay: true }, (client) => {
    if (source.refusing) {
      client.on('error', () => undefined).resetAndDestroy()
      return
    }
    const onClosed = (): void => void connections.delete(connection)
    const connection = new RespConnection(client, { targetPort, source, cutSilentAfterMs, onClosed })
    connections.add(connection)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutAll = (): void => {
    for (const connection of connections) connection.cut()
  }
  return {
    port: portOf(server),
    cutAll,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      cutAll()
      await closed
    },
  }
}
