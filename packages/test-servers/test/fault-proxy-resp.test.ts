import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  ConnectionError,
  type FaultProxy,
  type FaultProxyOptions,
  type RedisServer,
  startFaultProxy,
  startRedis,
} from '@rl/test-servers'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { poll } from '../src/redis/poll.ts'
import { Connection } from '../src/resp/connection.ts'
import { encodeCommand, type RawReply } from '../src/resp/resp.ts'

const COUNT = "return redis.call('INCR', KEYS[1])"
/** A delay that no test waits for. */
const VERY_LONG_MS = 600_000

let server: RedisServer
let ended: (() => unknown)[] = []
beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.command('FLUSHALL'))
afterEach(async () => {
  for (const end of ended.reverse()) await end()
  ended = []
})
afterAll(() => server.stop())

async function proxyWith(options: Partial<FaultProxyOptions> = {}): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ targetPort: server.port, protocol: 'resp', seed: 1, rate: 0, ...options })
  ended.push(() => proxy.stop())
  return proxy
}
function clientOf({ port }: FaultProxy): Connection {
  const client = new Connection({ host: '127.0.0.1', port })
  ended.push(() => client.close())
  return client
}
async function socketTo({ port }: FaultProxy): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  ended.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}
async function count(client: Connection, key = 'n'): Promise<RawReply> {
  const [reply = null] = await client.call([['EVAL', COUNT, 1, key]])
  return reply
}
function ran(key = 'n'): Promise<unknown> {
  return server.command('GET', key)
}
function happened(proxy: FaultProxy, total = 1): Promise<true> {
  return poll('the fault', async () => (proxy.totalInjected >= total ? true : undefined))
}
/** How many connections the server has, this question's own one not counted. */
async function connections(): Promise<number> {
  return (
    String(await server.command('CLIENT', 'LIST', 'TYPE', 'normal'))
      .trim()
      .split('\n').length - 1
  )
}
/** How many timers keep this process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}
function noTimers(): Promise<true> {
  return poll('all timers to be gone', async () => (timers() === 0 ? true : undefined))
}
/** All that a socket receives until the other side ends it, by a reset or in order. */
function received(socket: Socket): { chunks: Buffer[]; closed: Promise<unknown> } {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  return { chunks, closed: new Promise((resolve) => socket.once('close', resolve)) }
}

describe('each fault, seen from the client and on the server', () => {
  test('cut-before: the caller loses its connection, the request never ran', async () => {
    const proxy = await proxyWith()
    const client = clientOf(proxy)
    proxy.next('cut-before')
    await expect(count(client)).rejects.toThrow(ConnectionError)
    expect(await ran()).toBeNull()
    expect(await count(client)).toBe(1)
    expect(proxy.injected['cut-before']).toBe(1)
  })

  test('cut-after: the caller loses its connection before any of the reply, the request ran', async () => {
    const proxy = await proxyWith()
    for (let round = 1; round <= 6; round++) {
      const socket = await socketTo(proxy)
      const { chunks, closed } = received(socket)
      proxy.next('cut-after')
      socket.write(encodeCommand(['EVAL', COUNT, 1, 'n']))
      await closed
      expect(chunks).toEqual([])
      expect(await ran()).toBe(String(round))
    }
    expect(proxy.injected['cut-after']).toBe(6)
  })

  test('cut-during: half the reply arrives, the request ran', async () => {
    const proxy = await proxyWith()
    const socket = await socketTo(proxy)
    const { chunks, closed } = received(socket)
    proxy.next('cut-during')
    socket.write(encodeCommand(['EVAL', "redis.call('INCR', 'n') return 'eleven more'", 0]))
    await closed
    expect(String(Buffer.concat(chunks))).toBe('$11\r\nelev')
    expect(await ran()).toBe('1')
  })

  test('drop-reply: the request ran, nothing comes back, and nothing gets through from then on', async () => {
    const proxy = await proxyWith()
    const client = clientOf(proxy)
    proxy.next('drop-reply')
    const first = expect(count(client)).rejects.toThrow(ConnectionError)
    await happened(proxy)
    expect(await ran()).toBe('1')
    const second = expect(count(client)).rejects.toThrow(ConnectionError)
    expect(await count(clientOf(proxy), 'other')).toBe(1)
    proxy.cutAll()
    await Promise.all([first, second])
    expect(await ran()).toBe('1')
  })

  test('half-open: the request never ran, nothing comes back, and the connection stays', async () => {
    const proxy = await proxyWith()
    const socket = await socketTo(proxy)
    const { chunks } = received(socket)
    proxy.next('half-open')
    socket.write(encodeCommand(['EVAL', COUNT, 1, 'n']))
    await happened(proxy)
    socket.write(encodeCommand(['EVAL', COUNT, 1, 'n']))
    expect(await count(clientOf(proxy), 'other')).toBe(1)
    expect([chunks, socket.readyState, await ran()]).toEqual([[], 'open', null])
  })

  test('half-open: not even the end of the server is noticed', async () => {
    const doomed = await startRedis()
    ended.push(() => doomed.stop())
    const proxy = await proxyWith({ targetPort: doomed.port })
    const [silent, open] = [await socketTo(proxy), await socketTo(proxy)]
    proxy.next('half-open')
    silent.write(encodeCommand(['EVAL', COUNT, 1, 'n']))
    await happened(proxy)
    const { closed } = received(open)
    await doomed.kill()
    await closed
    expect(silent.readyState).toBe('open')
  })

  test.each(['drop-reply', 'half-open'] as const)('%s: is cut after the time that was set', async (kind) => {
    const proxy = await proxyWith({ cutSilentAfterMs: 5 })
    const client = clientOf(proxy)
    proxy.next(kind)
    await expect(count(client)).rejects.toThrow(ConnectionError)
    expect(await count(client, 'other')).toBe(1)
  })

  test('delay on the way there: the request has not run yet', async () => {
    const proxy = await proxyWith({ maxDelayMs: VERY_LONG_MS })
    proxy.next('delay', { ran: false })
    const call = expect(count(clientOf(proxy))).rejects.toThrow(ConnectionError)
    await happened(proxy)
    expect(await ran()).toBeNull()
    await proxy.stop()
    await call
    expect(await ran()).toBeNull()
  })

  test('delay on the way back: the request ran', async () => {
    const proxy = await proxyWith({ maxDelayMs: VERY_LONG_MS })
    proxy.next('delay', { ran: true })
    const call = expect(count(clientOf(proxy))).rejects.toThrow(ConnectionError)
    await happened(proxy)
    expect(await ran()).toBe('1')
    await proxy.stop()
    await call
  })

  test.each([true, false])('delay: the reply comes in the end (ran: %j)', async (ranBefore) => {
    const proxy = await proxyWith({ maxDelayMs: 20 })
    proxy.next('delay', { ran: ranBefore })
    expect(await count(clientOf(proxy))).toBe(1)
    expect(proxy.injected.delay).toBe(1)
  })

  test('delay: a request runs although its caller has given up meanwhile', async () => {
    const proxy = await proxyWith({ maxDelayMs: 400 })
    const socket = await socketTo(proxy)
    proxy.next('delay', { ran: false })
    socket.write(encodeCommand(['EVAL', COUNT, 1, 'n']))
    await happened(proxy)
    socket.destroy()
    await poll('the request to run', async () => ((await ran()) === '1' ? true : undefined))
  })

  test('throttle: the reply comes whole, in small pieces', async () => {
    const proxy = await proxyWith({ maxDelayMs: 100 })
    const socket = await socketTo(proxy)
    const { chunks } = received(socket)
    const text = 'x'.repeat(100)
    proxy.next('throttle')
    socket.write(encodeCommand(['EVAL', 'return ARGV[1]', 0, text]))
    const whole = `$100\r\n${text}\r\n`
    await poll('the reply', async () => (String(Buffer.concat(chunks)) === whole ? true : undefined))
    expect(chunks.length).toBeGreaterThan(2)
  })

  test('garbage: the request ran; what comes is no reply, and then the end', async () => {
    const proxy = await proxyWith()
    for (let round = 1; round <= 12; round++) {
      proxy.next('garbage')
      await expect(count(clientOf(proxy))).rejects.toThrow(ConnectionError)
      expect(await ran()).toBe(String(round))
    }
  })

  test('refuse: the connection is cut, and new ones are reset', async () => {
    const proxy = await proxyWith({ maxDelayMs: VERY_LONG_MS })
    const client = clientOf(proxy)
    proxy.next('refuse')
    for (let attempt = 0; attempt < 3; attempt++) await expect(count(client)).rejects.toThrow(ConnectionError)
    expect(await ran()).toBeNull()
    expect(proxy.injected.refuse).toBe(1)
  })

  test('refuse: ends by itself', async () => {
    const proxy = await proxyWith({ maxDelayMs: 20 })
    const client = clientOf(proxy)
    proxy.next('refuse')
    await expect(count(client)).rejects.toThrow(ConnectionError)
    const reply = await poll('a connection', () => count(client).catch(() => undefined))
    expect(reply).toBe(1)
  })
})

describe('what passes', () => {
  test('pipelined requests keep their order among delays and throttles', async () => {
    const proxy = await proxyWith({ rate: 0.2, kinds: ['delay', 'throttle'], maxDelayMs: 3 })
    const commands = Array.from({ length: 500 }, () => ['EVAL', COUNT, 1, 'n'])
    const replies = await clientOf(proxy).call(commands)
    expect(replies).toEqual(commands.map((_, index) => index + 1))
    expect(proxy.injected.delay).toBeGreaterThan(0)
    expect(proxy.injected.throttle).toBeGreaterThan(0)
  })

  test('replies ahead of a fault arrive, none behind it', async () => {
    const proxy = await proxyWith()
    const socket = await socketTo(proxy)
    const { chunks, closed } = received(socket)
    proxy.next('cut-during')
    const [get, evaluate] = [encodeCommand(['GET', 'missing']), encodeCommand(['EVAL', COUNT, 1, 'n'])]
    socket.write(Buffer.concat([get, get, evaluate, get]))
    await closed
    expect(String(Buffer.concat(chunks))).toBe('$-1\r\n$-1\r\n:1')
  })

  test('a request of half a megabyte and its reply', async () => {
    const text = 'é\r\n'.repeat(130_000)
    const [reply] = await clientOf(await proxyWith()).call([['EVAL', 'return ARGV[1]', 0, text]])
    expect(String(reply)).toBe(text)
  })

  test('commands that "only" leaves out, by default all but scripts and deletions', async () => {
    const proxy = await proxyWith({ rate: 1, kinds: ['cut-before'] })
    const client = clientOf(proxy)
    const commands = [['PING'], ['CLIENT', 'SETNAME', 'me'], ['CLUSTER', 'KEYSLOT', 'a'], ['SCRIPT', 'LOAD', COUNT]]
    const replies = await client.call(commands)
    expect(replies.slice(0, 2)).toEqual(['PONG', 'OK'])
    expect(proxy.totalInjected).toBe(0)
    for (const command of [
      ['EVALSHA', 'sha', 0],
      ['eval', COUNT, 0],
      ['DEL', 'n'],
    ]) {
      await expect(client.call([command])).rejects.toThrow(ConnectionError)
    }
    expect(proxy.injected['cut-before']).toBe(3)
  })

  test('"only" of one\'s own', async () => {
    const proxy = await proxyWith({ rate: 1, kinds: ['cut-before'], only: (command) => command === 'PING' })
    expect(await count(clientOf(proxy))).toBe(1)
    await expect(clientOf(proxy).call([['ping']])).rejects.toThrow(ConnectionError)
  })

  test('what the server streams to a subscriber', async () => {
    const proxy = await proxyWith({ rate: 1, only: () => true })
    const socket = await socketTo(proxy)
    const { chunks } = received(socket)
    socket.write(encodeCommand(['SUBSCRIBE', 'a', 'b']))
    await poll('the subscription', async () => (String(Buffer.concat(chunks)).endsWith(':2\r\n') ? true : undefined))
    await server.command('PUBLISH', 'b', 'news')
    await poll('the message', async () => (String(Buffer.concat(chunks)).endsWith('news\r\n') ? true : undefined))
    expect(proxy.totalInjected).toBe(0)
  })

  test('a message that the server pushes is no reply', async () => {
    const proxy = await proxyWith({ only: (command) => command === 'BLPOP' })
    const socket = await socketTo(proxy)
    const { chunks } = received(socket)
    const text = (): string => String(Buffer.concat(chunks))
    proxy.next('cut-after')
    const commands = [
      ['HELLO', 3],
      ['CLIENT', 'TRACKING', 'ON'],
      ['GET', 'watched'],
      ['BLPOP', 'list', 0],
    ]
    socket.write(Buffer.concat(commands.map(encodeCommand)))
    await poll('the reply to GET', async () => (text().endsWith('_\r\n') ? true : undefined))
    await server.command('SET', 'watched', 'changed')
    await poll('the invalidation', async () => (text().endsWith('$7\r\nwatched\r\n') ? true : undefined))
    expect([socket.readyState, proxy.totalInjected]).toEqual(['open', 0])
  })

  test('ioredis at rate 0, as if there were no proxy', async () => {
    const redis = new Redis((await proxyWith()).port)
    ended.push(() => redis.disconnect())
    const replies = await Promise.all(Array.from({ length: 100 }, () => redis.eval(COUNT, 1, 'n')))
    expect(replies).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    expect(await redis.config('GET', 'save')).toEqual(await directConfig())
  })

  test('node-redis at rate 0, as if there were no proxy', async () => {
    const { url } = await proxyWith()
    const redis = createClient({ url })
    redis.on('error', () => undefined)
    ended.push(() => redis.destroy())
    await redis.connect()
    const options = { keys: ['n'] }
    const replies = await Promise.all(Array.from({ length: 100 }, () => redis.eval(COUNT, options)))
    expect(replies).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  })

  async function directConfig(): Promise<unknown> {
    const redis = new Redis(server.port)
    try {
      return await redis.config('GET', 'save')
    } finally {
      redis.disconnect()
    }
  }
})

test('ioredis on its defaults runs a script twice when its connection is cut after the first', async () => {
  const proxy = await proxyWith()
  const redis = new Redis(proxy.port)
  ended.push(() => redis.disconnect())
  redis.on('error', () => undefined)
  await redis.ping()
  proxy.next('cut-after')
  expect(await redis.eval(COUNT, 1, 'n')).toBe(2)
})

test('the same seed breaks the same requests in the same way', async () => {
  const kinds = ['cut-before', 'cut-after', 'cut-during', 'garbage', 'delay'] as const
  async function run(seed: number): Promise<unknown[]> {
    await server.command('FLUSHALL')
    const proxy = await proxyWith({ seed, rate: 0.4, kinds, maxDelayMs: 1 })
    const client = clientOf(proxy)
    const outcomes: unknown[] = []
    for (let call = 0; call < 150; call++) outcomes.push(await count(client).catch(() => 'lost'))
    return [outcomes, { ...proxy.injected }]
  }
  const [first, again, other] = [await run(42), await run(42), await run(43)]
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
  expect(new Set(first[0] as unknown[]).size).toBeGreaterThan(50)
})

test('setRate changes the rate for the requests that follow', async () => {
  const proxy = await proxyWith({ kinds: ['cut-before'] })
  const client = clientOf(proxy)
  expect(await count(client)).toBe(1)
  proxy.setRate(1)
  await expect(count(client)).rejects.toThrow(ConnectionError)
  proxy.setRate(0)
  expect(await count(client)).toBe(2)
  expect([proxy.totalInjected, proxy.injected['cut-before'], proxy.injected.delay]).toEqual([1, 1, 0])
})

describe('its end', () => {
  test('the server behind it keeps no connection of a client that left', async () => {
    const proxy = await proxyWith()
    const before = await connections()
    const [silent, open] = [await socketTo(proxy), await socketTo(proxy)]
    proxy.next('half-open')
    silent.write(encodeCommand(['EVAL', COUNT, 1, 'n']))
    await happened(proxy)
    await poll('both connections', async () => ((await connections()) === before + 2 ? true : undefined))
    silent.destroy()
    open.end()
    await poll('their end', async () => ((await connections()) === before ? true : undefined))
  })

  test('a client learns that the server ended its connection', async () => {
    const socket = await socketTo(await proxyWith())
    const { chunks, closed } = received(socket)
    socket.write(encodeCommand(['QUIT']))
    await closed
    expect(String(Buffer.concat(chunks))).toBe('+OK\r\n')
  })

  test('a server that is away ends the connections of its clients, until it is back', async () => {
    const away = await startRedis()
    const { port } = away
    await away.stop()
    const client = clientOf(await proxyWith({ targetPort: port }))
    await expect(count(client)).rejects.toThrow(ConnectionError)
    // A connection to elsewhere may hold the port for a moment.
    const back = await poll('the port', () => startRedis({ port }).catch(() => undefined))
    ended.push(() => back.stop())
    expect(await count(client)).toBe(1)
  })

  test('cutAll cuts every connection, and accepts new ones', async () => {
    const proxy = await proxyWith()
    const sockets = [await socketTo(proxy), await socketTo(proxy)]
    const closed = sockets.map((socket) => received(socket).closed)
    expect(await count(clientOf(proxy))).toBe(1)
    proxy.cutAll()
    await Promise.all(closed)
    expect(await count(clientOf(proxy))).toBe(2)
  })

  test('stop ends held back, silent and idle connections at once, as often as it is called', async () => {
    const proxy = await proxyWith({ maxDelayMs: VERY_LONG_MS, cutSilentAfterMs: VERY_LONG_MS })
    await noTimers()
    const calls: Promise<unknown>[] = []
    for (const kind of ['half-open', 'drop-reply', 'delay', 'throttle'] as const) {
      proxy.next(kind)
      calls.push(
        expect(clientOf(proxy).call([['EVAL', "return ('x'):rep(100000)", 0]])).rejects.toThrow(ConnectionError),
      )
    }
    const idle = received(await socketTo(proxy)).closed
    await happened(proxy, 4)
    expect(timers()).toBeGreaterThan(0)
    await proxy.stop()
    await proxy.stop()
    await Promise.all([...calls, idle])
    await noTimers()
    await expect(count(clientOf(proxy))).rejects.toThrow('ECONNREFUSED')
  })
})

test.each<[string, Partial<FaultProxyOptions>, string]>([
  ['a port out of range', { targetPort: 65_536 }, 'targetPort cannot be 65536'],
  ['an unknown protocol', { protocol: 'ftp' as 'http' }, 'protocol cannot be "ftp"'],
  ['a fractional seed', { seed: 0.5 }, 'seed cannot be 0.5'],
  ['a rate above 1', { rate: 1.1 }, 'rate cannot be 1.1'],
  ['a rate that is no number', { rate: Number.NaN }, 'rate cannot be NaN'],
  ['no delay at all', { maxDelayMs: 0 }, 'maxDelayMs cannot be 0'],
  ['a negative time', { cutSilentAfterMs: -1 }, 'cutSilentAfterMs cannot be -1'],
  ['no kinds', { kinds: [] }, 'kinds cannot be []'],
  ['a kind of another protocol', { kinds: ['status-429'] }, 'a fault of resp cannot be "status-429"'],
])('refuses %s', async (_, options, message) => {
  await expect(proxyWith(options)).rejects.toThrow(new RangeError(message))
})

test('refuses an impossible next fault or rate', async () => {
  const proxy = await proxyWith()
  expect(() => proxy.next('empty-body')).toThrow(new RangeError('a fault of resp cannot be "empty-body"'))
  expect(() => proxy.next('cut-after', { ran: false })).toThrow(new RangeError('ran, for cut-after, cannot be false'))
  expect(() => proxy.setRate(-1)).toThrow(new RangeError('rate cannot be -1'))
})
