import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { HttpReply } from './http-faults.ts'

/** They concern one connection, not what is sent over it (RFC 9110, section 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect'])

/** Sends whole requests on to an HTTP server on 127.0.0.1. */
export class HttpForwarder {
  readonly #port: number
  // An idle connection is dropped well before servers drop theirs (5 s in Node): a request must not meet that.
  readonly #agent = new Agent({ keepAlive: true, timeout: 1000 })

  constructor(port: number) {
    this.#port = port
  }

  /** The server's response. Rejects when there is none. */
  async send({ method, url, headers }: IncomingMessage, body: Buffer): Promise<HttpReply> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const target = { host: '127.0.0.1', port: this.#port, method, path: url, agent: this.#agent }
      const outgoing = request({ ...target, headers: endToEnd(headers) })
      outgoing.once('response', resolve)
      outgoing.once('error', reject)
      outgoing.end(body)
    })
    const content = await buffer(response)
    // A response to HEAD tells the length of a body that it does not have.
    const length = response.headers['content-length'] ?? content.length
    const endHeaders = { ...endToEnd(response.headers), 'content-length': length }
    return { status: response.statusCode ?? 0, headers: endHeaders, body: content }
  }

  /** Ends requests under way and all connections. */
  close(): void {
    this.#agent.destroy()
  }
}

function endToEnd(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)))
}
