import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CounterStore, FixedWindowRateLimiter, type LimiterOptions, type Operation } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { onTestFinished } from 'vitest'
import { ACTION_HEADER, type Actions, type Refusal, type StreamEvents } from '../../src/messages.ts'
import { dashboardWithin } from '../../src/server/dashboard.ts'
import type { DashboardOptions } from '../../src/server/options.ts'
import { ProcessLimits } from '../../src/server/process-limits.ts'

/** Where the fetch handler of tests is mounted. */
const PAGE = 'https://app.test/admin/limits/'
const ORIGIN = 'https://app.test'

/** Rejects everything, with an error that shows what was asked. */
export class FailingStore implements CounterStore {
  async apply(operations: readonly Operation[]): Promise<never> {
    throw new Error(`connection lost: ${JSON.stringify(operations)}`)
  }
}

/** A limiter of five a day, from the first call on, over its own store. */
export function limiterOf(options: Partial<LimiterOptions> = {}): FixedWindowRateLimiter {
  const window = options.windows === undefined ? { limit: 5, window: '1d', anchor: 'first-hit' } : {}
  const all = { name: 'api', store: new MemoryStore(), ...window, ...options }
  return new FixedWindowRateLimiter(all as LimiterOptions<'throw'>)
}

export interface Asked<Path extends keyof Actions> {
  readonly status: number
  readonly body: Actions[Path]['reply'] & Partial<Refusal>
  readonly headers: Headers
}

/** A dashboard that is asked as a page would ask it, and is closed at the end of the test. */
export function opened(options: Partial<DashboardOptions<Request>> = {}, limits: ProcessLimits = new ProcessLimits()) {
  const { limiters = [limiterOf()], authorize = () => true } = options
  const page = dashboardWithin<Request>(limits, { ...options, limiters, authorize })
  onTestFinished(() => page.close())
  const get = (path: string, init: RequestInit = {}): Promise<Response> => page.fetch(new Request(PAGE + path, init))
  return {
    page,
    get,
    /** Posts as the page does, but for what `init` says. */
    async post<Path extends keyof Actions>(path: Path, body: unknown, init: RequestInit = {}): Promise<Asked<Path>> {
      const headers = new Headers({ 'content-type': 'application/json', [ACTION_HEADER]: '1', origin: ORIGIN })
      for (const [name, value] of new Headers(init.headers)) {
        if (value === '') headers.delete(name)
        else headers.set(name, value)
      }
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const response = await get(path, { method: 'POST', body: text, ...init, headers })
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Asked<Path>['body'],
      }
    },
    async stream(): Promise<StreamReader> {
      return new StreamReader(await get('stream'))
    },
  }
}

/** Reads the events of a stream. */
export class StreamReader {
  readonly response: Response
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #text = ''
  /** Each event as it was sent. */
  readonly raw: string[] = []

  constructor(response: Response) {
    this.response = response
    this.#reader = (response.body as ReadableStream<Uint8Array>).getReader()
    onTestFinished(() => this.leave())
  }

  /** The next event of this name; undefined at the end. */
  async next<Name extends keyof StreamEvents>(name: Name): Promise<StreamEvents[Name] | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end < 0) {
        const { done, value } = await this.#reader.read()
        if (done) return undefined
        this.#text += new TextDecoder().decode(value)
        continue
      }
      const event = this.#text.slice(0, end + 2)
      this.#text = this.#text.slice(end + 2)
      const [, found, data = ''] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(event) ?? []
      if (found !== undefined) this.raw.push(event)
      if (found === name) return JSON.parse(data)
    }
  }

  async leave(): Promise<void> {
    await this.#reader.cancel().catch(() => {})
  }
}

/** Listens on a free port until the test ends. @returns the address. */
export async function listening(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
