import 'reflect-metadata'
import { type DynamicModule, type INestApplication, Module, type ModuleMetadata } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { RateLimiter } from '@rl/core'
import { onTestFinished } from 'vitest'

/** The platforms that Nest has for HTTP. */
export const platforms: readonly (readonly [name: string, adapter: () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
]

interface Received {
  readonly status: number
  readonly body: unknown
  readonly fields: Readonly<Record<string, string>>
}

export interface App {
  readonly nest: INestApplication
  readonly url: string
  ask(path: string, user?: string, init?: RequestInit): Promise<Received>
}

/** A user's id from a header, as applications have it from a session. */
export const key = (request: { headers: Readonly<Record<string, unknown>> }): string => `${request.headers['x-user']}`

/** Starts an app on a socket of this machine, and closes it at the end of the test. */
export async function startApp(
  limits: DynamicModule,
  rest: ModuleMetadata,
  { adapter = new ExpressAdapter() as AbstractHttpAdapter, prepare = (_: INestApplication): void => {} } = {},
): Promise<App> {
  class AppModule {}
  Module({ ...rest, imports: [limits, ...(rest.imports ?? [])] })(AppModule)
  const nest = await NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false })
  onTestFinished(() => nest.close())
  prepare(nest)
  await nest.listen(0, '127.0.0.1')
  const url = await nest.getUrl()
  return {
    nest,
    url,
    ask: async (path, user = 'ann', init = {}) => {
      const response = await fetch(new URL(path, url), {
        ...init,
        headers: { 'x-user': user, ...(init.headers as Record<string, string>) },
      })
      const body = await response.text()
      const fields = [...response.headers].filter(([name]) => /ratelimit|retry-after/.test(name))
      return { status: response.status, body: asJson(body), fields: Object.fromEntries(fields) }
    },
  }
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

export async function remaining(limiter: RateLimiter, id = 'ann'): Promise<number | undefined> {
  const decision = await limiter.peek(id)
  return decision.source === 'failure-policy' ? undefined : decision.remaining
}
