import { once } from 'node:events'
import { request } from 'node:http'
import http2, { type IncomingHttpHeaders } from 'node:http2'
import { text } from 'node:stream/consumers'
import type { RateLimiter } from '@rl/core'
import { onTestFinished } from 'vitest'
import type { RateLimitResult } from '../../src/index.ts'
import { type Answer, type AppOptions, bodyOf, type Driver, type Protocol, type SeenRequest } from './driver.ts'
import { type Running, serveOver } from './serve.ts'

/** The work of a test's route: answers with a status and the decisions that it was handed, with an answer, or throws. */
export type Handle = (
  request: SeenRequest,
  result: RateLimitResult | undefined,
) => number | Answer | Promise<number | Answer>

interface Received {
  readonly status: number
  readonly type: string | undefined
  readonly body: string
  /** The fields that tell of limits. */
  readonly fields: Record<string, unknown>
}

/** An app on a socket of this machine. */
export interface App extends Running {
  /** The errors given to the framework's error handling. */
  readonly errors: readonly unknown[]
  get(user?: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Received>
}

/** Where a behaviour is tested: one framework over one protocol. */
export interface Stage {
  readonly driver: Driver
  readonly protocol: Protocol
  /** Starts an app, and stops it at the end of the test. */
  start(middlewares: AppOptions | readonly AppOptions[], handle?: Handle): Promise<App>
}

export function stageOf(driver: Driver, protocol: Protocol): Stage {
  return {
    driver,
    protocol,
    start: async (middlewares, handle = () => 200) => {
      const errors: unknown[] = []
      const route = async (request: SeenRequest, result: RateLimitResult | undefined): Promise<Answer> => {
        const given = await handle(request, result)
        return typeof given === 'number' ? { status: given, body: bodyOf(result) } : given
      }
      const listener = await driver.listener([middlewares].flat(), route, errors, protocol)
      const running = await serveOver(protocol, listener)
      onTestFinished(running.stop)
      const ask = protocol === 'HTTP/2' ? askHttp2 : askHttp1
      const get: App['get'] = (user = 'ann', headers = {}, method = 'GET') =>
        ask(running.url, method, { 'x-user': user, ...headers })
      return { ...running, errors, get }
    },
  }
}

/** By a header, as applications have it from a session. */
export const key = (request: SeenRequest): string => request.header('x-user') ?? ''

export async function remaining(limiter: RateLimiter): Promise<number | undefined> {
  const decision = await limiter.peek('ann')
  return decision.source === 'failure-policy' ? undefined : decision.remaining
}

async function askHttp1(url: string, method: string, headers: Record<string, string>): Promise<Received> {
  const sent = request(url, { method, headers }).end()
  const [response] = await once(sent, 'response')
  return received(response.statusCode, response.headers, await text(response))
}

async function askHttp2(url: string, method: string, headers: Record<string, string>): Promise<Received> {
  const session = http2.connect(url)
  try {
    const stream = session.request({ ':method': method, ':path': '/', ...headers })
    const [fields] = await once(stream.end(), 'response')
    return received(fields[':status'], fields, await text(stream))
  } finally {
    session.close()
  }
}

function received(status: number, headers: IncomingHttpHeaders, body: string): Received {
  return {
    status,
    type: headers['content-type']?.split(';')[0], // Fastify adds a charset
    body,
    fields: Object.fromEntries(Object.entries(headers).filter(([name]) => /ratelimit|retry-after/.test(name))),
  }
}
