import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { StoreError } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterEach, describe, expect, test } from 'vitest'
import { everythingIn, everythingWritten } from './everything-in.ts'
import { expectNoLeak, failuresOf } from './leaks.ts'
import { type OddServer, startOddGateway, startOddRedis } from './odd-servers.ts'

const DEADLINE_MS = 300
const TOKEN = 'sesame-token'

let server: OddServer | undefined
afterEach(() => server?.stop())

test('the check finds a secret wherever it hides', async () => {
  const secret = 'my-sesame'
  const hidden = Symbol('hidden')
  class Getter extends Error {
    get key(): string {
      return secret
    }
  }
  const places: unknown[] = [
    new Error(secret),
    new Error('a', { cause: new Error('b', { cause: { command: [secret] } }) }),
    Object.defineProperty(new Error('a'), 'x', { value: { deep: new Map([[1, new Set([secret])]]) } }),
    Object.assign(new Error('a'), { [hidden]: secret }),
    Object.assign(new Error('a'), { bytes: Buffer.from(secret) }),
    Object.assign(new Error('a'), { toJSON: () => ({ secret }) }),
    Object.assign(new Error('a'), { stack: `Error: ${secret}` }),
    new AggregateError([new Error(secret)]),
    new Getter('a'),
  ]
  for (const place of places) expect(everythingIn(place)).toContain(secret)
  expect(everythingIn(new StoreError('a', { outcome: 'unknown' }))).not.toContain(secret)
  const written = async () => console.warn('%s', new Error('x', { cause: secret }))
  expect(await everythingWritten(written)).toContain(secret)
})

/** Answers of a gateway between the caller and Upstash. */
const GATEWAYS: Readonly<Record<string, (received: string, response: ServerResponse) => void>> = {
  'a 502 page that repeats the request': (received, response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end(`<html>${received}</html>`),
  'a 502 page that repeats a part of it first': (received, response) =>
    response.writeHead(502).end(`${received.slice(received.indexOf('sesame'))}`),
  'a 500 that quotes the command': (received, response) =>
    response.writeHead(500).end(JSON.stringify({ error: `ERR upstream failed at ${bodyOf(received)}` })),
  'a 400 that quotes a key': (received, response) =>
    response.writeHead(400).end(JSON.stringify({ error: `WRONGTYPE at ${/rl:1:\{[^"]*/.exec(received)?.[0]}` })),
  'a 401 that quotes the token': (received, response) =>
    response.writeHead(401).end(JSON.stringify({ error: `WRONGPASS ${/Bearer \S+/i.exec(received)?.[0]}` })),
  'a 429 without a body': (_, response) => response.writeHead(429).end(),
  'a 200 page that repeats the request': (received, response) => response.end(`<html>${received}</html>`),
  'a 200 with the request as the result': (received, response) => response.end(JSON.stringify({ result: received })),
  'a 200 with the command as the result': (received, response) =>
    response.end(JSON.stringify({ result: JSON.parse(bodyOf(received)) })),
  'truncated JSON': (received, response) => response.end(`{"result":["${bodyOf(received).slice(0, 300)}`),
  'JSON that is no object': (_, response) => response.end('null'),
  'bytes of another encoding': (received, response) => response.end(Buffer.from(`\xff\xfe${received}`, 'utf16le')),
  'a connection that is cut': (_, response) => response.socket?.destroy(),
  'a body that is cut': (received, response) => {
    response.writeHead(200, { 'content-length': 10_000 }).write(received)
    setImmediate(() => response.socket?.destroy())
  },
  'a redirect to itself': (_, response) => response.writeHead(307, { location: `/${TOKEN}` }).end(),
  'a redirect to a URL with credentials': (_, response) =>
    response.writeHead(307, { location: `http://sesame-user:sesame-password@127.0.0.1:1/` }).end(),
  'nothing at all': () => {},
}

describe.each(Object.entries(GATEWAYS))('Upstash behind a gateway that answers %s', (_, answer) => {
  test('shows neither identifiers nor the token', async () => {
    server = await startOddGateway(answer)
    const redis = new UpstashRedis({ ...upstashOptions, url: `http://127.0.0.1:${server.port}`, token: TOKEN })
    await expectNoLeak(() => failuresOf(new UpstashStore(redis), DEADLINE_MS))
  })
})

test.each([
  ['a token that no header can hold', { url: 'http://127.0.0.1:1', token: 'sesame\ntoken' }],
  ['a URL with credentials', { url: 'http://sesame-user:sesame-password@127.0.0.1:1', token: TOKEN }],
  ['a server that is not there', { url: 'http://127.0.0.1:1', token: TOKEN }],
  ['a text that is no host', { url: 'http://no.such.host.invalid', token: TOKEN }],
])('Upstash with %s shows neither identifiers nor credentials', async (_, options) => {
  // The client itself writes a warning about an odd token, and not the token.
  await expectNoLeak(() => failuresOf(new UpstashStore(new UpstashRedis({ ...upstashOptions, ...options })), 2000))
})

/** Answers of a server that is no Redis, or not well. */
const REPLIES: Readonly<Record<string, (received: string, socket: Socket) => void>> = {
  'an error that quotes the key': (received, socket) =>
    socket.write(`-ERR cannot run at key ${/rl:1:\{[^\r]*/.exec(received)?.[0]}\r\n`),
  'an error that repeats the command': (received, socket) =>
    socket.write(`-ODD '${received.replaceAll('\r\n', ' ')}'\r\n`),
  'the command itself': (received, socket) => socket.write(received),
  'the command as text': (received, socket) => socket.write(`$${Buffer.byteLength(received)}\r\n${received}\r\n`),
  'what is no Redis protocol': (received, socket) => socket.write(`HTTP/1.1 400 Bad\r\n\r\n${received}`),
  'the end of the connection': (_, socket) => socket.destroy(),
  'half of a reply': (received, socket) => socket.end(`$10000\r\n${received}`),
  'nothing at all': () => {},
}

describe.each(Object.entries(REPLIES))('a server whose answer is %s', (_, answer) => {
  test('shows no identifiers and no password through ioredis', async () => {
    server = await startOddRedis(answer)
    const redis = new Redis({ ...recommendedOptions, port: server.port, password: 'sesame-password' })
    // Without a listener: ioredis writes its errors to the console.
    await expectNoLeak(() => failuresOf(new IoredisStore(redis), DEADLINE_MS))
    redis.disconnect()
  })

  test('shows no identifiers and no password through node-redis', async () => {
    server = await startOddRedis(answer)
    const client = createClient({ url: `redis://:sesame-password@127.0.0.1:${server.port}` }).on('error', (error) =>
      console.error(error),
    )
    await client.connect()
    await expectNoLeak(() => failuresOf(new NodeRedisStore(client), DEADLINE_MS))
    client.destroy()
  })
})

/** The JSON body of a request as the gateway sees it. */
function bodyOf(received: string): string {
  return received.slice(received.indexOf('\n') + 1)
}
