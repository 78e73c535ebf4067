import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between a client and a server on 127.0.0.1. */
export interface CuttingProxy {
  readonly port: number
  /** The next time the server has answered an EVALSHA, the connection is cut instead of passing the answer on. */
  cutNext(): void
  /** Takes a `cutNext` back that has not come to pass. */
  spare(): void
  /** As if the server had crashed: its connections end, and new ones are refused. */
  down(): Promise<void>
  up(): Promise<void>
}

export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  let armed = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1')
    const cut = (): void => {
      client.destroy()
      upstream.destroy()
    }
    let victim = false
    client.on('data', (chunk) => {
      if (armed && /evalsha/i.test(chunk.toString('latin1'))) {
        armed = false
        victim = true
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => (victim ? cut() : client.write(chunk)))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', cut).on('close', () => {
        sockets.delete(socket)
        cut()
      })
    }
  })
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    cutNext: () => {
      armed = true
    },
    spare: () => {
      armed = false
    },
    down: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
    up: () => listen(port),
  }
}
