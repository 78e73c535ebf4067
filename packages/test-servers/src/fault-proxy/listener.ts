import type { Server } from 'node:net'

/** The part of a fault proxy that depends on the protocol. */
export interface ProxyListener {
  readonly port: number
  /** Cuts all connections with clients. */
  cutAll(): void
  /** Ends it at once. To be called only once. */
  stop(): Promise<void>
}

/** The port a listening server has. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return address.port
}
