import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { Connection, ConnectionError } from '../resp/connection.ts'
import { type Executor, execute, type RequestContext } from './execute.ts'
import { redisTarget } from './redis-url.ts'
import { chooseFormat, errorResponse, type HttpResponse } from './reply.ts'
import { readRequest } from './request.ts'
import { RestError } from './rest-error.ts'
import { ScriptTranslator } from './scripts.ts'
import { SyncTokens } from './sync-tokens.ts'
import { checkTokens, mayWrite, type Tokens } from './tokens.ts'

/** Options of {@link startUpstashRest}: which Redis to serve, one of the two, and how. */
export type UpstashRestOptions = UpstashRestSettings &
  ({ redisUrl: string; redisPort?: never } | { redisPort: number; redisUrl?: never })

/** How {@link startUpstashRest} serves. */
export interface UpstashRestSettings {
  /** The token that may do everything: visible ASCII characters, at least one. Default: a random one. */
  token?: string
  /** The token that may only read, another one than `token`. Default: a random one. */
  readOnlyToken?: string
  /** The port to listen on. Default: 0, a free one. */
  port?: number
  /** The address to listen on. Default: `127.0.0.1`, this machine only. */
  host?: string
}

/** A running Upstash REST server. */
export interface UpstashRestServer {
  /** Such as `http://127.0.0.1:8079`; the `url` of an Upstash client. */
  readonly url: string
  readonly port: number
  readonly token: string
  readonly readOnlyToken: string
  /** How many HTTP requests have come in so far, refused ones included. */
  readonly requests: number
  /** Stops at once: requests under way lose their connection. Calling it again does nothing. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST', 'PUT'])

/**
 * Serves a Redis over Upstash's REST protocol, so that @upstash/redis runs against it. The Redis need not be up yet:
 * while it is away requests are answered with 503.
 *
 * Rejects when the port is taken, and with TypeError when `redisUrl` is not a `redis:` URL, when a token is empty or holds
 * something that no header can carry, and when both tokens are the same.
 *
 * @example
 * const rest = await startUpstashRest({ redisUrl: 'redis://127.0.0.1:6379' })
 * const redis = new Redis({ url: rest.url, token: rest.token }) // Redis of @upstash/redis
 * await rest.stop()
 */
export async function startUpstashRest(options: UpstashRestOptions): Promise<UpstashRestServer> {
  const { token = randomToken(), readOnlyToken = randomToken(), port = 0, host = '127.0.0.1' } = options
  const tokens: Tokens = { token, readOnlyToken }
  checkTokens(tokens)
  const connection = new Connection(redisTarget(options.redisUrl ?? `redis://127.0.0.1:${options.redisPort}`))
  const executor: Executor = { connection, scripts: new ScriptTranslator() }
  const syncTokens = new SyncTokens()
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    answer(executor, tokens, request).then(({ status, contentType, body }) => {
      if (status !== 401) response.setHeader('upstash-sync-token', syncTokens.next())
      // Node reads what is left of the body and drops it.
      response.writeHead(status, { 'content-type': contentType, 'content-length': body.length }).end(body)
    })
  })
  server.keepAliveTimeout = 75_000 // longer than clients keep idle sockets, so that none of them meets one that closes
  server.listen(port, host)
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    connection.close()
    await closeNow(server)
  }
  const boundPort = portOf(server)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    port: boundPort,
    token,
    readOnlyToken,
    get requests(): number {
      return requests
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** The response to a request, whatever goes wrong with it. */
async function answer(executor: Executor, tokens: Tokens, request: IncomingMessage): Promise<HttpResponse> {
  try {
    const target = request.url ?? '/'
    // All that the headers decide comes before the body, which is held in memory: only a token makes that happen.
    const context: RequestContext = {
      mayWrite: mayWrite(tokens, request.headers.authorization, target),
      format: chooseFormat(header(request, 'upstash-encoding'), header(request, 'upstash-response-format')),
    }
    if (!METHODS.has(request.method)) throw new RestError(405, `ERR method ${request.method} is not allowed`)
    const body = await readBody(request)
    return await execute(executor, readRequest({ target, body }), context)
  } catch (error) {
    if (error instanceof RestError) return errorResponse(error.status, error.message)
    if (error instanceof ConnectionError) return errorResponse(503, `ERR ${error.message}`)
    return errorResponse(500, `ERR ${error instanceof Error ? error.message : String(error)}`)
  }
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function portOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

async function closeNow(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

function randomToken(): string {
  return randomBytes(24).toString('base64url')
}
