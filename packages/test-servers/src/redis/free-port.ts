import { createServer } from 'node:net'

/** How far a Cluster node's bus port lies behind its port. Redis 6.2 can't choose another one. */
const BUS_PORT_DISTANCE = 10_000
const ATTEMPTS = 1000

/** A TCP port of 127.0.0.1 that nothing listened on a moment ago. Another process may still take it first. */
export function freePort(): Promise<number> {
  return listenBriefly(0)
}

/**
 * A free port whose Cluster bus port exists and is free too.
 *
 * @param anyPort where candidates come from; by default {@link freePort}
 */
export async function freeClusterPort(anyPort: () => Promise<number> = freePort): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await anyPort()
    // Beyond 65535 this rejects, too.
    const isFree = await listenBriefly(port + BUS_PORT_DISTANCE).then(
      () => true,
      () => false,
    )
    if (isFree) return port
  }
  throw new Error(`No free port on 127.0.0.1 whose Cluster bus port, ${BUS_PORT_DISTANCE} behind it, is free too`)
}

/** Listens on a port, 0 for any, and resolves with it once it is free again. Rejects when it is taken. */
function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('No free port on 127.0.0.1'))
      })
    })
  })
}
