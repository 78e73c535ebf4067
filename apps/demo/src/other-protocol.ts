import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ReportableError } from './reportable-error.ts'
import { serverName, type Target } from './target.ts'

const ANSWER_MS = 1000
const PING = '*1\r\n$4\r\nPING\r\n'

/**
 * The cure for a REDIS_URL that leads to a web server; `undefined` if it does not. Asks once more: whether a client tells
 * of what it could not read, or of the connection that was closed on it, is a matter of luck.
 */
export async function otherProtocol(target: Target): Promise<ReportableError | undefined> {
  if (target.kind === 'upstash' || !(await firstAnswer(target.url)).startsWith('HTTP/')) return undefined
  const where = serverName(target).replace('Redis', 'The server')
  return new ReportableError(
    `${where} answers in HTTP, so it is no Redis. Correct the host and port in REDIS_URL, or if it is an Upstash REST API, ` +
      'set UPSTASH_REDIS_REST_URL in its place.',
  )
}

/** The first bytes of the answer, as text; none where there is no answer. */
function firstAnswer(url: string): Promise<string> {
  const { protocol, hostname, port } = new URL(url)
  const at = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) }
  return new Promise((resolve) => {
    const socket: Socket = protocol === 'rediss:' ? connectTls(at) : connectTcp(at)
    const end = (answer: string): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(ANSWER_MS, () => end(''))
    socket.on('error', () => end(''))
    socket.on('close', () => end(''))
    socket.once('data', (data) => end(data.toString('latin1')))
    socket.write(PING)
  })
}
