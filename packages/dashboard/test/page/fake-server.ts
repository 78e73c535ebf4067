import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Actions, LimiterMessage, Snapshot } from '../../src/messages.ts'
import { PAGE_CSS, PAGE_HTML, PAGE_JS } from '../../src/page/page.generated.ts'

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'"

const TEXTS: Readonly<Record<string, readonly [type: string, text: string]>> = {
  '': ['text/html; charset=utf-8', PAGE_HTML],
  'page.js': ['text/javascript; charset=utf-8', PAGE_JS],
  'page.css': ['text/css; charset=utf-8', PAGE_CSS],
}

/** An answer that a test gives in the server's place. */
interface FakeAnswer {
  readonly status?: number
  readonly body: unknown
}

/** The server's messages to the page. A test may change any of it while a page is open. */
export interface FakeScript {
  limiters: readonly LimiterMessage[]
  snapshot: Snapshot
  /** The stream's answer where it is not 200. */
  refusal?: FakeAnswer | undefined
  answers: { -readonly [Name in keyof Actions]?: (body: Actions[Name]['body']) => FakeAnswer }
}

export interface FakeServer {
  /** Ends in `/`. */
  readonly url: string
  readonly script: FakeScript
  /** Method and address of each request, in order. */
  readonly requests: string[]
  /** How many streams were asked for. */
  readonly streams: () => number
  readonly openStreams: () => number
  /** Sends the snapshot of the script to all streams. */
  tick(): void
  /** Ends all streams. */
  cut(): void
  close(): Promise<void>
}

/** The page's texts under the real policy, and a server half that says what a test wants. */
export async function startFakeServer(script: FakeScript): Promise<FakeServer> {
  const open = new Set<ServerResponse>()
  const requests: string[] = []
  const stream = (response: ServerResponse): void => {
    if (script.refusal !== undefined) return answer(response, script.refusal)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const limiter of script.limiters) response.write(eventText('limiter', limiter))
    response.write(eventText('snapshot', script.snapshot))
    open.add(response)
    response.once('close', () => open.delete(response))
  }
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    const name = (request.url ?? '').replace(/^\/limits\//, '')
    const text = TEXTS[name]
    response.setHeader('content-security-policy', CSP)
    if (request.method === 'POST') {
      const act = script.answers[name as keyof Actions] as ((body: unknown) => FakeAnswer) | undefined
      return answer(response, act?.(await bodyOf(request)) ?? { status: 404, body: {} })
    }
    if (name === 'stream') return stream(response)
    if (text === undefined) return answer(response, { status: 404, body: {} })
    response.writeHead(200, { 'content-type': text[0] }).end(text[1])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/limits/`,
    script,
    requests,
    streams: () => requests.filter((each) => each === 'GET /limits/stream').length,
    openStreams: () => open.size,
    tick: () => {
      for (const response of open) response.write(eventText('snapshot', script.snapshot))
    },
    cut: () => {
      for (const response of open) response.end()
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(response: ServerResponse, { status = 200, body }: FakeAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text)
}
