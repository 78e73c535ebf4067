import { once } from 'node:events'
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type INestApplication,
  type WebSocketAdapter,
} from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import { WsException } from '@nestjs/websockets'
import { io } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** The transports that Nest has for gateways. */
export interface Transport {
  readonly name: string
  readonly filters: readonly ExceptionFilter[]
  adapter(nest: INestApplication): WebSocketAdapter
  /** Connects a client whose first message may be sent. */
  connect(url: string, user: string): Promise<Connected>
}

export interface Connected {
  /** Sends a message, and returns what comes next. */
  say(event: string, data?: unknown): Promise<{ event: string; data: unknown }>
}

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

const ws: Transport = {
  name: 'ws',
  filters: [new Telling()],
  adapter: (nest) => new WsAdapter(nest),
  connect: async (url, user) => {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers: { 'x-user': user } })
    onTestFinished(() => socket.terminate())
    await once(socket, 'open')
    return {
      say: async (event, data) => {
        socket.send(JSON.stringify({ event, data }))
        const [message] = await once(socket, 'message')
        return JSON.parse(`${message}`)
      },
    }
  },
}

const socketIo: Transport = {
  name: 'socket.io',
  filters: [], // Nest's own tells the client
  adapter: (nest) => new IoAdapter(nest),
  connect: async (url, user) => {
    const socket = io(url, { transports: ['websocket'], extraHeaders: { 'x-user': user } })
    onTestFinished(() => void socket.disconnect())
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    return {
      say: (event, data) =>
        new Promise((resolve) => {
          const hear = (heard: string, its: unknown): void => {
            socket.offAny(hear)
            resolve({ event: heard, data: its })
          }
          socket.onAny(hear)
          socket.emit(event, data)
        }),
    }
  },
}

export const transports: readonly Transport[] = [ws, socketIo]
