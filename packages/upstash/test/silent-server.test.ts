import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { FixedWindowRateLimiter } from '@rl/core'
import { Redis } from '@upstash/redis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { recommendedOptions, UpstashStore } from '../src/index.ts'

/** A server that reads requests, and does what the test says with each chunk of them. */
async function startServer(onRequest: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  let requests = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.once('data', () => {
      requests++
      onRequest(socket)
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, open: () => sockets.size, requests: () => requests }
}

const CHUNK = `10000\r\n${'A'.repeat(2 ** 16)}\r\n`

/** `{"result":"` and so on, 13 MB a second, until the client hangs up. */
function answerForever(socket: Socket): void {
  socket.write(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{"result":"\r\n',
  )
  const timer = setInterval(() => socket.write(CHUNK), 5)
  socket.on('close', () => clearInterval(timer))
}

/** Bytes in use once all garbage is gone, those of what was received among them. */
async function settledMemory(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test.each<[string, (socket: Socket) => void]>([
  ['says nothing', () => {}],
  ['answers without end', answerForever],
])(
  'no request outlives its call by much at a server that %s, and neither a socket nor what was received stays',
  async (_, onRequest) => {
    const before = await settledMemory()
    const server = await startServer(onRequest)
    const redis = new Redis({ ...recommendedOptions, url: server.url, token: 'secret' })
    const store = new UpstashStore(redis)
    // Stores with other prefixes share no commands.
    const limiters = Array.from({ length: 10 }, (_, i) => {
      const prefixed = new UpstashStore(redis, { prefix: `${i}:` })
      return new FixedWindowRateLimiter({ name: 'api', store: prefixed, limit: 10, window: '1m', deadlineMs: 200 })
    })
    const answers = await Promise.allSettled(limiters.map((limiter) => limiter.limit('user_123')))
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: { outcome: 'unknown' } })
    // A request outlives its call by up to the client's time limit, and a busy machine may send it late.
    await vi.waitFor(() => expect(server.requests()).toBeGreaterThan(0), { timeout: 30_000, interval: 20 })
    // Long after the deadline, but the request of each call ends by itself.
    await vi.waitFor(() => expect(server.open()).toBe(0), { timeout: 30_000, interval: 20 })
    await vi.waitFor(async () => expect((await settledMemory()) - before).toBeLessThan(16e6), { timeout: 30_000 })

    const windows = [{ limit: 10, windowMs: 60_000, anchor: 'epoch' }] as const
    const take = { kind: 'take', scope: 'api', id: 'user_123', windows, costs: [1], times: 1 } as const
    await expect(store.apply([take])).rejects.toMatchObject({
      message: 'Redis did not answer (TimeoutError)',
      outcome: 'unknown',
    })
  },
)
