import { type INestApplication, Inject, UseFilters } from '@nestjs/common'
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets'
import { describe, expect, test } from 'vitest'
import { limiterOf } from '../../http/test/limiters.ts'
import { RateLimit, RateLimiters, RateLimitModule, type RateLimitModuleOptions } from '../src/index.ts'
import { remaining, startApp } from './app.ts'
import { type Connected, type Transport, transports } from './transports.ts'

/** The client of `ws`; of socket.io, the request by which the client connected. */
interface Client {
  user?: string
  readonly headers?: Readonly<Record<string, unknown>>
}

const userOf = ({ user, headers }: Client): string => user ?? `${headers?.['x-user']}`

async function startOver(
  { filters, adapter, connect }: Transport,
  options: Omit<RateLimitModuleOptions<Client>, 'key'>,
): Promise<Connected> {
  @WebSocketGateway()
  @UseFilters(...filters)
  class Chat {
    @SubscribeMessage('say')
    @RateLimit({ limiter: 'messages', refund: 'failed' })
    say(@MessageBody() text: string): { event: string; data: string } {
      if (text === '') throw new WsException({ message: 'nothing said' })
      return { event: 'said', data: text }
    }
    @SubscribeMessage('left')
    async left(): Promise<{ event: string; data: unknown }> {
      return { event: 'left', data: await remaining(this.limiters.get('messages')) }
    }
    constructor(@Inject(RateLimiters) limiters: RateLimiters) {
      this.limiters = limiters
    }
    readonly limiters: RateLimiters
    /** The request is there with `ws` only. */
    handleConnection(client: Client, request?: Client): void {
      if (request !== undefined) client.user = userOf(request)
    }
  }
  const limits = RateLimitModule.forRoot<Client>({ ...options, key: userOf })
  const prepare = (nest: INestApplication): void => {
    nest.useWebSocketAdapter(adapter(nest))
  }
  const { url } = await startApp(limits, { providers: [Chat] }, { prepare })
  return connect(url, 'ann')
}

const denial = {
  status: 'error',
  message: 'Request cannot be satisfied as assigned quota has been exceeded',
  code: 'TOO_MANY_REQUESTS',
  retryAfterMs: 3500,
  violatedPolicies: ['messages'],
}

describe.each(transports)('over $name', (transport) => {
  const start = (options: Omit<RateLimitModuleOptions<Client>, 'key'>) => startOver(transport, options)

  test('a gateway’s denial is a WsException that says how long to wait', async () => {
    const { say } = await start({ limiters: [limiterOf({ name: 'messages', limit: 1 })] })
    expect(await say('say', 'hello')).toEqual({ event: 'said', data: 'hello' })
    expect(await say('say', 'hello')).toEqual({ event: 'exception', data: denial })
  })

  test('messages whose handler fails are given back', async () => {
    const { say } = await start({ limiters: [limiterOf({ name: 'messages', limit: 2 })] })
    expect(await say('say', '')).toMatchObject({ event: 'exception', data: { message: 'nothing said' } })
    await expect.poll(() => say('left')).toEqual({ event: 'left', data: 2 })
    expect(await say('say', 'hello')).toMatchObject({ event: 'said' })
    expect(await say('left')).toEqual({ event: 'left', data: 1 })
  })

  test('an application throws what it wants about a denial', async () => {
    const { say } = await start({
      limiters: [limiterOf({ name: 'messages', limit: 0 })],
      denied: ({ decision }, client) =>
        new WsException({ message: `slow down, ${userOf(client)}: ${decision.cost} is too many` }),
    })
    expect(await say('say', 'hello')).toEqual({
      event: 'exception',
      data: { message: 'slow down, ann: 1 is too many' },
    })
  })
})
