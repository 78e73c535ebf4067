import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import {
  type FaultKind,
  type FaultProxy,
  type FaultProxyOptions,
  type FaultSettings,
  startFaultProxy,
} from '@rl/test-servers'
import { Redis } from '@upstash/redis'
import { afterEach, describe, expect, test } from 'vitest'
import { poll } from '../src/redis/poll.ts'
import { useRest } from './rest-fixture.ts'

const fixture = useRest()
const COUNT = "return redis.call('INCR', KEYS[1])"
const COUNTING = JSON.stringify(['EVAL', COUNT, 1, 'n'])
/** A delay that no test waits for. */
const VERY_LONG_MS = 600_000

let ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.reverse()) await end()
  ended = []
})

async function proxyWith(options: Partial<FaultProxyOptions> = {}): Promise<FaultProxy> {
  const targetPort = fixture.rest.port
  const proxy = await startFaultProxy({ targetPort, protocol: 'http', seed: 1, rate: 0, ...options })
  ended.push(() => proxy.stop())
  return proxy
}
function post({ url }: Pick<FaultProxy, 'url'>, body: string = COUNTING, path = '/'): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', body, headers: { authorization: 'Bearer all-token' } })
}
async function count(proxy: FaultProxy): Promise<unknown> {
  return (await post(proxy)).json()
}
function ran(): Promise<unknown> {
  return fixture.redis.command('GET', 'n')
}
function happened(proxy: FaultProxy, total = 1): Promise<true> {
  return poll('the fault', async () => (proxy.totalInjected >= total ? true : undefined))
}
/** How many timers keep this process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}
function noTimers(): Promise<true> {
  return poll('all timers to be gone', async () => (timers() === 0 ? true : undefined))
}
/** A connection that has sent one request, and all the text that has come back so far. */
function rawRequest({ port }: FaultProxy): { socket: Socket; text: () => string; closed: Promise<unknown> } {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  ended.push(() => socket.destroy())
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString('latin1')))
  const head = `POST / HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer all-token\r\ncontent-length: ${COUNTING.length}`
  socket.write(`${head}\r\n\r\n${COUNTING}`)
  return { socket, text: () => text, closed: new Promise((resolve) => socket.once('close', resolve)) }
}

describe('each fault, seen from the client and on the server', () => {
  test.each<[FaultKind, string | null]>([
    ['cut-before', null],
    ['cut-after', '1'],
    ['garbage', '1'],
  ])('%s: the caller gets no response; what the server counted is %j', async (kind, counted) => {
    const proxy = await proxyWith()
    proxy.next(kind)
    await expect(post(proxy)).rejects.toThrow('fetch failed')
    expect(await ran()).toBe(counted)
    expect(await count(proxy)).toEqual({ result: Number(counted) + 1 })
    expect(proxy.injected[kind]).toBe(1)
  })

  test('cut-after: not a byte arrives', async () => {
    const proxy = await proxyWith()
    proxy.next('cut-after')
    const { text, closed } = rawRequest(proxy)
    await closed
    expect([text(), await ran()]).toEqual(['', '1'])
  })

  test('cut-during: the head and half of the body arrive', async () => {
    const proxy = await proxyWith()
    proxy.next('cut-during')
    const { text, closed } = rawRequest(proxy)
    await closed
    expect(text()).toMatch(/^HTTP\/1\.1 200 .*\r\ncontent-length: 12\r\n.*\r\n\r\n{"resu$/is)
    expect(await ran()).toBe('1')
    proxy.next('cut-during')
    await expect(count(proxy)).rejects.toThrow('terminated')
  })

  test('drop-reply: the request ran, nothing comes back, the connection stays until it is cut', async () => {
    const proxy = await proxyWith()
    proxy.next('drop-reply')
    const { socket, text, closed } = rawRequest(proxy)
    await happened(proxy)
    expect(await ran()).toBe('1')
    expect(await count(proxy)).toEqual({ result: 2 })
    expect([text(), socket.readyState]).toEqual(['', 'open'])
    proxy.cutAll()
    await closed
  })

  test('half-open: the request never ran, nothing comes back, the connection stays', async () => {
    const proxy = await proxyWith()
    proxy.next('half-open')
    const { socket, text } = rawRequest(proxy)
    await happened(proxy)
    expect(await count(proxy)).toEqual({ result: 1 })
    expect([text(), socket.readyState]).toEqual(['', 'open'])
  })

  test.each(['drop-reply', 'half-open'] as const)('%s: is cut after the time that was set', async (kind) => {
    const proxy = await proxyWith({ cutSilentAfterMs: 5 })
    proxy.next(kind)
    await expect(post(proxy)).rejects.toThrow('fetch failed')
  })

  test.each<[boolean, string | null]>([
    [false, null],
    [true, '1'],
  ])('delay: is on the way there or back (ran: %j)', async (ranBefore, counted) => {
    const proxy = await proxyWith({ maxDelayMs: VERY_LONG_MS })
    proxy.next('delay', { ran: ranBefore })
    const call = expect(post(proxy)).rejects.toThrow('fetch failed')
    await happened(proxy)
    expect(await ran()).toBe(counted)
    await proxy.stop()
    await call
    expect(await ran()).toBe(counted)
  })

  test.each([true, false])('delay: the response comes in the end (ran: %j)', async (ranBefore) => {
    const proxy = await proxyWith({ maxDelayMs: 20 })
    proxy.next('delay', { ran: ranBefore })
    expect(await count(proxy)).toEqual({ result: 1 })
    expect(proxy.injected.delay).toBe(1)
  })

  test('delay: a request runs although its caller has given up meanwhile', async () => {
    const proxy = await proxyWith({ maxDelayMs: 400 })
    proxy.next('delay', { ran: false })
    const { socket } = rawRequest(proxy)
    await happened(proxy)
    socket.destroy()
    await poll('the request to run', async () => ((await ran()) === '1' ? true : undefined))
  })

  test('throttle: the response comes whole, in small pieces', async () => {
    const proxy = await proxyWith({ maxDelayMs: 100 })
    const text = 'x'.repeat(200)
    proxy.next('throttle')
    const response = await post(proxy, JSON.stringify(['EVAL', 'return ARGV[1]', 0, text]))
    const chunks: Uint8Array[] = []
    for await (const chunk of response.body ?? []) chunks.push(chunk)
    expect(JSON.parse(String(Buffer.concat(chunks)))).toEqual({ result: text })
    expect(chunks.length).toBeGreaterThan(2)
  })

  test('refuse: the connection is cut, and new ones are reset', async () => {
    const proxy = await proxyWith({ maxDelayMs: VERY_LONG_MS })
    proxy.next('refuse')
    for (let attempt = 0; attempt < 3; attempt++) await expect(post(proxy)).rejects.toThrow('fetch failed')
    expect([await ran(), proxy.injected.refuse]).toEqual([null, 1])
  })

  test('refuse: ends by itself', async () => {
    const proxy = await proxyWith({ maxDelayMs: 20 })
    proxy.next('refuse')
    await expect(post(proxy)).rejects.toThrow('fetch failed')
    expect(await poll('a connection', () => count(proxy).catch(() => undefined))).toEqual({ result: 1 })
  })

  describe.each<[FaultSettings, string | null]>([
    [{ ran: false }, null],
    [{ ran: true }, '1'],
  ])('in the place of the request or of its response, %j', (settings, counted) => {
    test.each<[FaultKind, number, string, RegExp]>([
      ['status-429', 429, 'application/json', /^{"error":".+"}$/],
      ['status-500', 500, 'application/json', /^{"error":".+"}$/],
      ['status-502-html', 502, 'text/html', /^<!doctype html>/],
      ['empty-body', 200, 'application/json', /^$/],
    ])('%s: has the status %d', async (kind, status, contentType, body) => {
      const proxy = await proxyWith()
      proxy.next(kind, settings)
      const response = await post(proxy)
      expect([response.status, response.headers.get('content-type')]).toEqual([status, contentType])
      expect(await response.text()).toMatch(body)
      expect(await ran()).toBe(counted)
      expect(proxy.injected[kind]).toBe(1)
      expect(await count(proxy)).toEqual({ result: Number(counted) + 1 })
    })
  })

  test('truncated-json: a whole response of half its JSON', async () => {
    const proxy = await proxyWith()
    proxy.next('truncated-json')
    const response = await post(proxy)
    expect([response.status, await response.text(), await ran()]).toEqual([200, '{"resu', '1'])
  })

  test('wrong-encoding: a response that cannot be read as JSON', async () => {
    const proxy = await proxyWith()
    const outcomes = new Set<string>()
    for (let round = 1; round <= 20; round++) {
      proxy.next('wrong-encoding')
      outcomes.add(await count(proxy).then(String, (error) => error.name))
      expect(await ran()).toBe(String(round))
    }
    // A body that is not gzip cannot be read at all; the others are text, but not JSON.
    expect(outcomes).toEqual(new Set(['TypeError', 'SyntaxError']))
  })
})

describe('what passes', () => {
  test('@upstash/redis at rate 0, as if there were no proxy', async () => {
    const { url } = await proxyWith()
    const redis = new Redis({ url, token: 'all-token', retry: false })
    const replies = await Promise.all(Array.from({ length: 50 }, () => redis.eval(COUNT, ['n'], [])))
    expect(replies.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
    expect(await redis.pipeline().set('key', 'välue').get('key').exec()).toEqual(['OK', 'välue'])
    await expect(redis.incr('key')).rejects.toThrow('ERR value is not an integer or out of range')
  })

  test.each([
    [['GET', 'n'], '/'],
    [
      [
        ['GET', 'n'],
        ['EVAL', COUNT, 1, 'n'],
      ],
      '/pipeline',
    ],
    [['EVAL', COUNT, 1, 'n'], '/get'],
  ])('commands that "only" leaves out: %j to %s', async (body, path) => {
    const proxy = await proxyWith({ rate: 1, kinds: ['status-500'] })
    const response = await post(proxy, JSON.stringify(body), path)
    expect(response.status).not.toBe(500)
    expect(proxy.totalInjected).toBe(0)
  })

  test.each([
    [['evalsha', 'sha', 0], '/'],
    [
      [
        ['DEL', 'n'],
        ['GET', 'n'],
      ],
      '/pipeline',
    ],
    [[['EVAL', COUNT, 1, 'n']], '/multi-exec'],
    [[], '/del/n'],
  ])('faults hit scripts and deletions by default: %j to %s', async (body, path) => {
    const proxy = await proxyWith({ rate: 1, kinds: ['status-500'] })
    expect((await post(proxy, JSON.stringify(body), path)).status).toBe(500)
  })

  test('any HTTP, unchanged: method, path, headers, status and bodies', async () => {
    const target = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const echo = [request.method, request.url, request.headers['x-test'], Buffer.concat(chunks).toString('hex')]
      response.writeHead(418, { 'x-echo': JSON.stringify(echo), 'set-cookie': ['a=1', 'b=2'] })
      response.write('in ')
      response.end('chunks')
    })
    target.listen(0, '127.0.0.1')
    await once(target, 'listening')
    ended.push(() => target.close())
    const address = target.address()
    const proxy = await proxyWith({ targetPort: typeof address === 'object' ? (address?.port ?? 0) : 0 })
    const headers = { 'x-test': 'yes' }
    const body = Buffer.from([0, 255, 13, 10])
    const response = await fetch(`${proxy.url}/a%20b?c=d`, { method: 'PUT', headers, body })
    expect([response.status, await response.text()]).toEqual([418, 'in chunks'])
    expect(JSON.parse(response.headers.get('x-echo') ?? '')).toEqual(['PUT', '/a%20b?c=d', 'yes', '00ff0d0a'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const head = await fetch(proxy.url, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([418, ''])
  })
})

test('the same seed breaks the same requests in the same way', async () => {
  const kinds: FaultKind[] = ['cut-after', 'cut-during', 'status-429', 'empty-body', 'truncated-json', 'wrong-encoding']
  async function run(seed: number): Promise<unknown[]> {
    await fixture.redis.command('FLUSHALL')
    const proxy = await proxyWith({ seed, rate: 0.5, kinds })
    const outcomes: unknown[] = []
    for (let call = 0; call < 100; call++) {
      const response = await post(proxy).catch(() => undefined)
      outcomes.push([response?.status, await response?.text().catch(() => 'unreadable')])
    }
    return [outcomes, { ...proxy.injected }]
  }
  const [first, again, other] = [await run(42), await run(42), await run(43)]
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
})

describe('its end', () => {
  test('a server that is away costs the caller its connection', async () => {
    const target = createServer()
    target.listen(0, '127.0.0.1')
    await once(target, 'listening')
    const address = target.address()
    target.close()
    const proxy = await proxyWith({ targetPort: typeof address === 'object' ? (address?.port ?? 0) : 0 })
    await expect(post(proxy)).rejects.toThrow('fetch failed')
  })

  test('stop ends held back, silent and idle connections at once, as often as it is called', async () => {
    const proxy = await proxyWith({ maxDelayMs: VERY_LONG_MS, cutSilentAfterMs: VERY_LONG_MS })
    await noTimers()
    await count(proxy) // leaves an idle connection
    const long = JSON.stringify(['EVAL', "return ('x'):rep(100000)", 0])
    const calls: Promise<unknown>[] = []
    for (const [index, kind] of (['half-open', 'drop-reply', 'delay', 'throttle'] as const).entries()) {
      proxy.next(kind)
      const call = post(proxy, long).then((response) => response.text())
      calls.push(expect(call).rejects.toThrow())
      await happened(proxy, index + 1)
    }
    expect(timers()).toBeGreaterThan(0)
    await proxy.stop()
    await proxy.stop()
    await Promise.all(calls)
    await noTimers()
    await expect(post(proxy)).rejects.toThrow('fetch failed')
  })
})
