import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A server that answers as nothing should. */
export interface OddServer {
  readonly port: number
  stop(): Promise<void>
}

/** Speaks no more of the Redis protocol than its greetings: `answer` is what everything else gets. */
export async function startOddRedis(answer: (received: string, socket: Socket) => void): Promise<OddServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      const received = data.toString()
      const greetings = [...received.matchAll(/\$\d+\r\n(hello|client|info)\r\n/gi)]
      for (const [, command = ''] of greetings) socket.write(GREETINGS[command.toLowerCase()] ?? '+OK\r\n')
      if (/\r\n(evalsha|eval)\r\n/i.test(received)) answer(received, socket)
    })
  })
  return started(server, () => {
    for (const socket of sockets) socket.destroy()
  })
}

const GREETINGS: Readonly<Record<string, string>> = {
  hello: '%1\r\n$5\r\nproto\r\n:3\r\n',
  info: '$9\r\nloading:0\r\n',
}

/** Answers each HTTP request by `answer`, which gets the whole text of the request: headers and body. */
export async function startOddGateway(
  answer: (received: string, response: ServerResponse) => void,
): Promise<OddServer> {
  const server = createHttpServer(async (request: IncomingMessage, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    answer(`${request.rawHeaders.join(' ')}\n${body}`, response)
  })
  return started(server, () => server.closeAllConnections())
}

async function started(server: Server, disconnect: () => void): Promise<OddServer> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    disconnect()
    server.close()
    await once(server, 'close')
  }
  return { port: (server.address() as AddressInfo).port, stop }
}
