import { once } from 'node:events'
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type INestApplication,
  Inject,
  UseFilters,
} from '@nestjs/common'
import { WsAdapter } from '@nestjs/platform-ws'
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { limiterOf } from '../../http/test/limiters.ts'
import { RateLimit, RateLimiters, RateLimitModule, type RateLimitModuleOptions } from '../src/index.ts'
import { remaining, startApp } from './app.ts'

/** Clients of `ws` get nothing from Nest's own filter, so applications have one like this. */
@Catch()
class Telling implements ExceptionFilter {
  catch(error: Error, host: ArgumentsHost): void {
    const data = error instanceof WsException ? error.getError() : { name: error.name, message: error.message }
    host
      .switchToWs()
      .getClient()
      .send(JSON.stringify({ event: 'exception', data }))
  }
}

interface Connected {
  say(event: string, data?: unknown): Promise<{ event: string; data: unknown }>
}

async function start(options: Omit<RateLimitModuleOptions<Client>, 'key'>): Promise<Connected> {
  @WebSocketGateway()
  @UseFilters(new Telling())
  class Chat {
    @SubscribeMessage('say')
    @RateLimit({ limiter: 'messages', refund: 'failed' })
    say(@MessageBody() text: string): { event: string; data: string } {
      if (text === '') throw new WsException('nothing said')
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
    handleConnection(client: Client): void {
      client.user = 'ann'
    }
  }
  const key = (client: Client): string => client.user ?? ''
  const limits = RateLimitModule.forRoot<Client>({ ...options, key })
  const prepare = (nest: INestApplication): void => {
    nest.useWebSocketAdapter(new WsAdapter(nest))
  }
  const { url } = await startApp(limits, { providers: [Chat] }, { prepare })
  const socket = new WebSocket(url.replace('http', 'ws'))
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return {
    say: async (event, data) => {
      socket.send(JSON.stringify({ event, data }))
      const [message] = await once(socket, 'message')
      return JSON.parse(`${message}`)
    },
  }
}

type Client = WebSocket & { user?: string }

const denial = {
  status: 'error',
  message: 'Request cannot be satisfied as assigned quota has been exceeded',
  code: 'TOO_MANY_REQUESTS',
  retryAfterMs: 3500,
  violatedPolicies: ['messages'],
}

test('a gateway’s denial is a WsException that says how long to wait', async () => {
  const { say } = await start({ limiters: [limiterOf({ name: 'messages', limit: 1 })] })
  expect(await say('say', 'hello')).toEqual({ event: 'said', data: 'hello' })
  expect(await say('say', 'hello')).toEqual({ event: 'exception', data: denial })
})

test('messages whose handler fails are given back', async () => {
  const { say } = await start({ limiters: [limiterOf({ name: 'messages', limit: 2 })] })
  expect(await say('say', '')).toMatchObject({ event: 'exception', data: 'nothing said' })
  await expect.poll(() => say('left')).toEqual({ event: 'left', data: 2 })
  expect(await say('say', 'hello')).toMatchObject({ event: 'said' })
  expect(await say('left')).toEqual({ event: 'left', data: 1 })
})

test('an application throws what it wants about a denial', async () => {
  const { say } = await start({
    limiters: [limiterOf({ name: 'messages', limit: 0 })],
    denied: ({ decision }, client) => new WsException(`slow down, ${client.user}: ${decision.cost} is too many`),
  })
  expect(await say('say', 'hello')).toEqual({ event: 'exception', data: 'slow down, ann: 1 is too many' })
})
