import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { FixedWindowRateLimiter } from '@rl/core'
import { startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { IoredisStore, recommendedOptions } from '../src/index.ts'

/** Between a client and a server. Connections that are made, or used, while it is silent never hear anything again. */
async function startProxy(targetPort: number) {
  const proxy = { silent: false, mute: 0, port: 0 }
  const server = createServer((client) => {
    let muted = false
    const upstream = connect(targetPort, '127.0.0.1')
    for (const socket of [client, upstream]) socket.on('error', () => {})
    client.on('data', (data) => {
      if (proxy.silent && !muted) {
        muted = true
        proxy.mute++
      }
      if (!muted) upstream.write(data)
    })
    upstream.on('data', (data) => !muted && client.write(data))
    client.on('close', () => upstream.destroy())
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  proxy.port = (server.address() as AddressInfo).port
  return proxy
}

test('connections that say nothing, also new ones from their first byte on, are given up until one speaks', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const proxy = await startProxy(server.port)
  const redis = new Redis({ ...recommendedOptions, port: proxy.port }).on('error', () => {})
  onTestFinished(() => redis.disconnect())
  const limiter = new FixedWindowRateLimiter({
    name: 'api',
    store: new IoredisStore(redis),
    limit: 1000,
    window: '365d',
  })
  expect(await limiter.isAllowed('user_123')).toBe(true)

  proxy.silent = true
  await expect(limiter.limit('user_123')).rejects.toMatchObject({ outcome: 'unknown' })
  // The one that was there, and at least one that was made meanwhile.
  await vi.waitFor(
    async () => {
      await limiter.limit('user_123').catch(() => {})
      expect(proxy.mute).toBeGreaterThan(1)
    },
    { timeout: 30_000 },
  )
  proxy.silent = false
  await vi.waitFor(() => limiter.limit('user_123'), { timeout: 30_000, interval: 20 })
})
