import { Refused } from '../refused.ts'
import { type Incoming, type Outgoing, parseJson, tooLarge } from './exchange.ts'

/** The slice of a request of Node, Express, Connect or the like that is read. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Of Express and Connect: the path before a mount point was taken off. */
  readonly originalUrl?: string | undefined
  /** Of Express: `'https'` behind a trusted proxy, too. */
  readonly protocol?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly httpVersionMajor: number
  /** The body as a body parser has read it. */
  readonly body?: unknown
  readonly readableEnded: boolean
  readonly socket: object
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  pause(): unknown
}

/** The slice of a response of Node that is called. */
export interface NodeResponse {
  statusCode: number
  readonly writableLength: number
  setHeader(name: string, value: string): unknown
  write(text: string): unknown
  end(): unknown
  end(text: string): unknown
  destroy(): unknown
  once(event: 'close', listener: () => void): unknown
}

function fromNode<Native>(request: NodeRequest & Native): Incoming<Native> {
  const header = (name: string): string | undefined => request.headers[name]?.toString()
  const [path = '/'] = (request.originalUrl ?? request.url ?? '/').split('?', 1)
  const scheme = request.protocol ?? ('encrypted' in request.socket && request.socket.encrypted ? 'https' : 'http')
  return {
    native: request,
    method: request.method ?? 'GET',
    path,
    ownOrigin: `${scheme}://${header('host') ?? header(':authority') ?? ''}`,
    header,
    async json(maxBytes) {
      const { body } = request
      if (typeof body === 'string') return parseJson(body)
      if (body instanceof Uint8Array) return parseJson(new TextDecoder().decode(body))
      return body === undefined ? parseJson(await textOf(request, maxBytes)) : body
    },
  }
}

function textOf(request: NodeRequest, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const decoder = new TextDecoder()
    let text = ''
    let bytes = 0
    const gone = (): void => reject(new Refused('bad-request', 'The body must not end early, or be read before.'))
    if (request.readableEnded) return gone()
    request.on('data', (chunk) => {
      bytes += chunk.byteLength
      if (bytes > maxBytes) {
        request.pause()
        return reject(tooLarge(maxBytes))
      }
      text += decoder.decode(chunk, { stream: true })
    })
    request.on('end', () => resolve(text + decoder.decode()))
    request.on('close', gone)
  })
}

/** Answers a request of Node. */
export async function answerNode<Native>(
  request: NodeRequest & Native,
  response: NodeResponse,
  answer: (request: Incoming<Native>) => Promise<Outgoing>,
): Promise<void> {
  let hasLeft = false
  let onLeft = (): void => {}
  response.once('close', () => {
    hasLeft = true
    onLeft()
  })
  const { status, headers, body } = await answer(fromNode(request))
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  // The rest of a body that was not read must not be taken for the next request. HTTP/2 has no such header.
  if (status === 413 && request.httpVersionMajor === 1) response.setHeader('connection', 'close')
  if (typeof body === 'string') {
    response.end(body)
    return
  }
  onLeft = body({
    write: (text) => response.write(text),
    get unsent() {
      return response.writableLength
    },
    end: () => response.end(),
    drop: () => response.destroy(),
  })
  if (hasLeft) onLeft()
}
