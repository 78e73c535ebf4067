import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The fault of a statement. */
export type StatementFault = 'cut-before' | 'cut-after' | 'cut-during' | 'silent-before' | 'silent-after' | 'delay'

/** A proxy before a PostgreSQL, which knows where a statement begins: of one in three, something happens. */
export interface StatementProxy {
  readonly port: number
  /** Statements that the fault has struck so far. */
  readonly struck: number
  /** The fault from now on. */
  strike(fault: StatementFault | undefined): void
  /** New connections are refused from now on, and all that there are end; or no longer. */
  refuse(refusing: boolean): void
  stop(): Promise<void>
}

/** A message of the simple protocol: the letter that it begins with. */
const QUERY = 'Q'.charCodeAt(0)
/** A connection on which nothing comes any more is an operating system's to end, if the client has no time limit for it. */
const CUT_SILENT_AFTER_MS = 600

/** @param targetPort The server's, on 127.0.0.1. */
export async function startStatementProxy(targetPort: number): Promise<StatementProxy> {
  let fault: StatementFault | undefined
  let refusing = false
  let statements = 0
  let struck = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    if (refusing) return void client.destroy()
    const upstream = connect(targetPort, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end).on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    function end(): void {
      client.destroy()
      upstream.destroy()
    }
    let own: StatementFault | undefined
    client.on('data', (chunk) => {
      if (chunk[0] === QUERY && chunk.includes('rate_limits_apply') && fault !== undefined && statements++ % 3 === 0) {
        struck++
        own = fault
      }
      if (own === 'cut-before') end()
      else if (own === 'silent-before') setTimeout(end, CUT_SILENT_AFTER_MS)
      else if (own === 'delay') setTimeout(() => upstream.write(chunk), 50)
      else upstream.write(chunk)
      if (own === 'delay') own = undefined
    })
    upstream.on('data', (chunk) => {
      if (own === undefined) return void client.write(chunk)
      if (own === 'silent-after') return void setTimeout(end, CUT_SILENT_AFTER_MS)
      if (own === 'cut-during') client.end(chunk.subarray(0, chunk.length / 2))
      else end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get struck() {
      return struck
    },
    strike: (next) => {
      fault = next
    },
    refuse: (next) => {
      refusing = next
      if (refusing) for (const socket of sockets) socket.destroy()
    },
    stop: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
