import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { onceSent, type SentResponse } from '../src/frameworks/node-response.ts'

/** The common part of both kinds of responses. */
interface AnyResponse extends SentResponse {
  write(chunk: string): unknown
  end(chunk?: string): unknown
  once(event: 'finish' | 'close', listener: () => void): unknown
  destroy?(error?: Error): unknown
  readonly stream?: { readonly aborted: boolean; readonly writableFinished: boolean; destroy(error?: Error): unknown }
}

const destroy = (response: AnyResponse, error?: Error) => (response.stream ?? response).destroy?.(error)

const ends: readonly (readonly [string, boolean, (response: AnyResponse) => void])[] = [
  ['sent', true, (response) => response.end('answer')],
  ['sent, without a body', true, (response) => response.end()],
  ['destroyed before anything was sent', false, (response) => destroy(response)],
  [
    'destroyed in the middle',
    false,
    (response) => {
      response.write('half of ')
      destroy(response)
    },
  ],
  [
    'destroyed with an error',
    false,
    (response) => {
      response.write('half of ')
      destroy(response, new Error('the disk failed'))
    },
  ],
  [
    'destroyed at once after its end',
    false,
    (response) => {
      response.end('answer')
      destroy(response)
    },
  ],
]

describe.each(ends)('a response that is %s', (_, sent, end) => {
  const answer = (response: AnyResponse, closed: (sent: boolean) => void): void => {
    let called = false
    onceSent(response, () => {
      called = true
    })
    response.once('close', () => closed(called))
    end(response)
  }

  it(`calls back: ${sent}, over HTTP/1.1`, async () => {
    const called = new Promise<boolean>((closed) => {
      const server = createServer((_, response) => answer(response, closed)).listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo
        get({ port, host: '127.0.0.1' }, (response) => response.on('error', () => {}).resume()).on('error', () => {})
      })
      onTestFinished(() => void server.close().closeAllConnections())
    })
    expect(await called).toBe(sent)
  })

  it(`calls back: ${sent}, over HTTP/2`, async () => {
    let closed = (_: boolean): void => {}
    const called = new Promise<boolean>((resolve) => {
      closed = resolve
    })
    const server = createHttp2Server((_, response) => answer(response as unknown as AnyResponse, closed)).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    client
      .request()
      .on('error', () => {})
      .resume()
    expect(await called).toBe(sent)
    client.destroy()
    server.close()
  })
})
