import { once } from 'node:events'
import http2 from 'node:http2'
import { connect } from 'node:net'
import type { Protocol } from './driver.ts'

/** One request, and how to end it. */
interface Client {
  /** Reads the whole answer. */
  read(): Promise<unknown>
  leave(): void
  stop(): void
}

/** Ways in which a client can leave. Some can't be seen while an answer is sent: then `unseenWhileSending`. */
export interface Leaving {
  readonly how: string
  readonly open: (port: number) => Client
  readonly unseenWhileSending?: true
}

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = http2.constants

export const leavings: Readonly<Record<Protocol, readonly Leaving[]>> = {
  'HTTP/1.1': [
    { how: 'closes the connection', open: (port) => overHttp1(port, 'destroy') },
    { how: 'resets the connection', open: (port) => overHttp1(port, 'resetAndDestroy') },
    {
      how: 'asked for its own connection',
      open: (port) => overHttp1(port, 'destroy', 'Connection: close\r\n'),
    },
  ],
  'HTTP/2': [
    { how: 'resets its stream', open: (port) => overHttp2(port, NGHTTP2_CANCEL) },
    {
      how: 'resets its stream with NO_ERROR',
      open: (port) => overHttp2(port, NGHTTP2_NO_ERROR),
      // Node does not end a stream that still has to be sent when it is reset without an error.
      unseenWhileSending: true,
    },
    { how: 'closes the connection', open: (port) => overHttp2(port, undefined) },
  ],
}

function overHttp1(port: number, method: 'destroy' | 'resetAndDestroy', headers = ''): Client {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`)
  return {
    read: () => once(socket, 'data'),
    leave: () => void socket[method](),
    stop: () => void socket.destroy(),
  }
}

function overHttp2(port: number, code: number | undefined): Client {
  const session = http2.connect(`http://127.0.0.1:${port}`).on('error', () => {})
  const stream = session.request({ ':path': '/' }).on('error', () => {})
  stream.end()
  return {
    read: () => once(stream.resume(), 'end'),
    leave: () => (code === undefined ? session.destroy() : stream.close(code)),
    stop: () => session.destroy(),
  }
}
