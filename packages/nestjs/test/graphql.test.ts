import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { type ExecutionContext, NotFoundException } from '@nestjs/common'
import { Args, GraphQLModule, Mutation, Query, Resolver } from '@nestjs/graphql'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { describe, expect, test } from 'vitest'
import { limiterOf } from '../../http/test/limiters.ts'
import { RateLimit, RateLimiters, RateLimitModule, type RateLimitOptions } from '../src/index.ts'
import { type App, key, platforms, remaining, startApp } from './app.ts'

const typeDefs = `
  type Query { cat(id: String): String  dogs: String }
  type Mutation { feed: String }
`

const limiters = () => ({
  queries: limiterOf({ name: 'queries', limit: 3 }),
  feeds: limiterOf({ name: 'feeds', limit: 1 }),
})

async function startOn(
  platform: (typeof platforms)[number][1],
  given: ReturnType<typeof limiters>,
  options: RateLimitOptions = {},
  apollo: Partial<ApolloDriverConfig> = {},
): Promise<App & { query(query: string): Promise<Awaited<ReturnType<App['ask']>> & { body: Result }> }> {
  @Resolver()
  @RateLimit({ ...options, limiter: 'queries' })
  class Pets {
    @Query()
    cat(@Args('id') id: string): string {
      if (id === '0') throw new NotFoundException('no such cat')
      return `cat ${id}`
    }
    @Query()
    dogs(): string {
      return 'dogs'
    }
    @Mutation()
    @RateLimit({ limiter: 'feeds' })
    feed(): string {
      return 'fed'
    }
  }
  const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, typeDefs, ...apollo })
  const limits = RateLimitModule.forRoot({ limiters: Object.values(given), key })
  const app = await startApp(limits, { imports: [graphql], providers: [Pets] }, { adapter: platform() })
  return {
    ...app,
    query: async (query) => {
      const headers = { 'content-type': 'application/json' }
      return (await app.ask('/graphql', 'ann', { method: 'POST', headers, body: JSON.stringify({ query }) })) as never
    },
  }
}

interface Result {
  readonly data: unknown
  readonly errors?: readonly { readonly message: string; readonly path: unknown; readonly extensions: object }[]
}

/** By default, the context has the response on Express only. */
const CONTEXTS: Readonly<Record<string, ApolloDriverConfig['context']>> = {
  Fastify: (request: unknown, reply: unknown) => ({ req: request, res: reply }),
}

describe.each(platforms)('on %s', (name, platform) => {
  const start = (
    given: ReturnType<typeof limiters>,
    options?: RateLimitOptions,
    apollo?: Partial<ApolloDriverConfig>,
  ) => startOn(platform, given, options, { context: CONTEXTS[name], ...apollo })

  test('a denied field is an error that says how long to wait, and the other fields are answered', async () => {
    const { query } = await start(limiters())
    const { status, body, fields } = await query('mutation { feed  again: feed }')
    expect([status, body.data]).toEqual([200, { feed: 'fed', again: null }])
    expect(body.errors).toMatchObject([
      {
        message: 'Request cannot be satisfied as assigned quota has been exceeded',
        path: ['again'],
        extensions: { code: 'TOO_MANY_REQUESTS', retryAfterMs: 3500, violatedPolicies: ['feeds'] },
      },
    ])
    expect(fields['retry-after']).toBe('4')
  })

  test('each field is a call; the response names each policy once, as the last call left it', async () => {
    const { query } = await start(limiters())
    const { body, fields } = await query('{ one: cat(id: "1")  two: cat(id: "2") }')
    expect(body).toEqual({ data: { one: 'cat 1', two: 'cat 2' } })
    expect(fields).toEqual({ 'ratelimit-policy': '"queries";q=3;w=10', ratelimit: '"queries";r=1;t=4' })
  })

  test('a context without a response is no error', async () => {
    const context = (given: { headers: object; req?: { headers: object } }) => ({
      req: { headers: (given.req ?? given).headers },
    })
    const { query } = await start(limiters(), {}, { context })
    const { body, fields } = await query('{ cat(id: "1") }')
    expect([body, fields]).toEqual([{ data: { cat: 'cat 1' } }, {}])
  })

  test('fields that fail are given back, although the response says 200', async () => {
    const given = limiters()
    const { query } = await start(given, { refund: 'failed' })
    const { status, body } = await query('{ cat(id: "0")  dogs }')
    expect([status, body.data]).toEqual([200, { cat: null, dogs: 'dogs' }])
    await expect.poll(() => remaining(given.queries)).toBe(2)
  })

  test('a function under refund is asked about each field, with its status', async () => {
    const given = limiters()
    const asked: unknown[] = []
    const { query } = await start(given, {
      refund: ({ statusCode }, request, context: ExecutionContext) => {
        asked.push([statusCode, request.headers['x-user'], context.getHandler().name])
        return statusCode === 404
      },
    })
    await query('{ cat(id: "0")  dogs }')
    await expect
      .poll(() => asked.toSorted())
      .toEqual([
        [200, 'ann', 'dogs'],
        [404, 'ann', 'cat'],
      ])
    await expect.poll(() => remaining(given.queries)).toBe(2)
  })

  test('limiters are there for injection', async () => {
    const given = limiters()
    const { nest } = await start(given)
    expect(nest.get(RateLimiters).get('feeds')).toBe(given.feeds)
  })

  test('a limit that holds everywhere counts fields, and gives back those that fail', async () => {
    @Resolver()
    class Pets {
      @Query()
      cat(@Args('id') id: string): string {
        if (id === '0') throw new NotFoundException('no such cat')
        return `cat ${id}`
      }
    }
    const limiter = limiterOf({ limit: 3 })
    const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, typeDefs })
    const limits = RateLimitModule.forRoot({ limiters: [limiter], key, everywhere: { refund: 'failed' } })
    const { ask } = await startApp(limits, { imports: [graphql], providers: [Pets] }, { adapter: platform() })
    const { body } = await ask(
      `/graphql?query=${encodeURIComponent('{ one: cat(id: "1")  none: cat(id: "0") }')}`,
      'ann',
      {
        headers: { 'apollo-require-preflight': 'true' },
      },
    )
    expect(body).toMatchObject({ data: { one: 'cat 1', none: null } })
    await expect.poll(() => remaining(limiter)).toBe(2)
  })
})

test('on Fastify, the default context has no response, so there are no header fields', async () => {
  const { query } = await startOn(() => new FastifyAdapter(), limiters())
  const { body, fields } = await query('{ cat(id: "1") }')
  expect([body, fields]).toEqual([{ data: { cat: 'cat 1' } }, {}])
})
