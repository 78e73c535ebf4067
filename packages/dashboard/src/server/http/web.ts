import { type Incoming, type OpenStream, type Outgoing, parseJson, tooLarge } from './exchange.ts'

const STREAM_BUFFER = 1_000_000
const NO_BODY = [204, 304]

/** A request of a fetch handler. */
export function fromRequest<Native>(request: Request & Native): Incoming<Native> {
  const url = new URL(request.url)
  return {
    native: request,
    method: request.method,
    path: url.pathname,
    ownOrigin: url.origin,
    header: (name) => request.headers.get(name) ?? undefined,
    json: async (maxBytes) => parseJson(await textOf(request, maxBytes)),
  }
}

async function textOf(request: Request, maxBytes: number): Promise<string> {
  if (request.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

export function toResponse({ status, headers, body }: Outgoing, method: string): Response {
  const isEmpty = method === 'HEAD' || NO_BODY.includes(status)
  const content = typeof body === 'string' ? body : streamOf(body)
  return new Response(isEmpty ? null : content, { status, headers })
}

function streamOf(open: OpenStream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let onLeft = (): void => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        onLeft = open({
          write: (text) => controller.enqueue(encoder.encode(text)),
          get unsent() {
            return STREAM_BUFFER - (controller.desiredSize ?? STREAM_BUFFER)
          },
          end: () => controller.close(),
          drop: () => controller.error(new Error('the reader is too slow')),
        })
      },
      cancel: () => onLeft(),
    },
    { highWaterMark: STREAM_BUFFER, size: (chunk) => chunk.byteLength },
  )
}
