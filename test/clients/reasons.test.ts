import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CounterStore } from '@rl/core'
import { IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore, recommendedOptions as nodeRedisOptions } from '@rl/node-redis'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { TAKES } from './takes.ts'

let server: RedisServer
/** Nobody listens there. */
let closedPort: number
beforeAll(async () => {
  server = await startRedis()
  await server.command('CONFIG', 'SET', 'requirepass', 'right')
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  closedPort = (listener.address() as { port: number }).port
  listener.close()
  await once(listener, 'close')
})
afterAll(() => server?.stop())

let close: () => unknown = () => {}
afterEach(() => close())

const silent = (): void => {}

function overIoredis(options: object): CounterStore {
  const redis = new Redis({ ...recommendedOptions, ...options }).on('error', silent)
  close = () => redis.disconnect()
  return new IoredisStore(redis)
}

function overIoredisCluster(port: number): CounterStore {
  const cluster = new Cluster([{ host: '127.0.0.1', port }], recommendedClusterOptions).on('error', silent)
  close = () => cluster.disconnect()
  return new IoredisStore(cluster)
}

function overNodeRedis(url: string): CounterStore {
  const client = createClient({ ...nodeRedisOptions, url }).on('error', silent)
  void client.connect().catch(silent)
  close = () => client.destroy()
  return new NodeRedisStore(client)
}

function overNodeRedisCluster(port: number): CounterStore {
  const cluster = createCluster({ ...nodeRedisOptions, rootNodes: [{ url: `redis://127.0.0.1:${port}` }] })
  cluster.on('error', silent)
  void cluster.connect().catch(silent)
  close = () => cluster.isOpen && cluster.destroy()
  return new NodeRedisStore(cluster)
}

function overUpstash(port: number): CounterStore {
  const url = `http://127.0.0.1:${port}`
  return new UpstashStore(new UpstashRedis({ ...upstashOptions, url, token: 'secret' }))
}

test.each<[string, () => CounterStore, string]>([
  ['ioredis, no server', () => overIoredis({ port: closedPort }), 'ECONNREFUSED'],
  ['ioredis, a wrong password', () => overIoredis({ port: server.port, password: 'wrong' }), 'WRONGPASS'],
  ['ioredis, no password', () => overIoredis({ port: server.port }), 'NOAUTH'],
  ['an ioredis Cluster, no password', () => overIoredisCluster(server.port), 'NOAUTH'],
  // A Cluster does not show why it could not connect to a node.
  ['an ioredis Cluster, no server', () => overIoredisCluster(closedPort), 'the client is not connected'],
  ['node-redis, no server', () => overNodeRedis(`redis://127.0.0.1:${closedPort}`), 'ECONNREFUSED'],
  ['node-redis, a wrong password', () => overNodeRedis(`redis://:wrong@127.0.0.1:${server.port}`), 'WRONGPASS'],
  ['node-redis, no password', () => overNodeRedis(`redis://127.0.0.1:${server.port}`), 'NOAUTH'],
  ['a node-redis cluster, no server', () => overNodeRedisCluster(closedPort), 'ECONNREFUSED'],
  ['Upstash, no server', () => overUpstash(closedPort), 'ECONNREFUSED'],
])('%s: the message names the reason', async (_, open, reason) => {
  const store = open()
  const isNamed = async (): Promise<void> => {
    const error: unknown = await Promise.race([store.apply(TAKES).catch((failure: unknown) => failure), sleep(100)])
    expect(error).toMatchObject({ name: 'StoreError', message: expect.stringContaining(reason) })
  }
  // The first call may come before the client has tried to connect, and wait for that.
  await vi.waitFor(isNamed, { timeout: 30_000, interval: 20 })
})

/** Unlike `once` of node:events, goes on waiting after an error. */
function untilEvent(redis: Redis, event: 'ready' | 'close'): Promise<void> {
  return new Promise((resolve) => redis.once(event, () => resolve()))
}

test('the reason of an outage that is over is forgotten', async () => {
  const redis = new Redis({ ...recommendedOptions, port: server.port, password: 'right' }).on('error', silent)
  close = () => redis.disconnect()
  const store = new IoredisStore(redis)
  await store.apply(TAKES)
  redis.stream.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
  await untilEvent(redis, 'close')
  await expect(store.apply(TAKES)).rejects.toMatchObject({
    message: 'the client is not connected (ECONNRESET)',
    cause: { code: 'ECONNRESET' },
  })
  await untilEvent(redis, 'ready')
  redis.stream.destroy()
  await untilEvent(redis, 'close')
  await expect(store.apply(TAKES)).rejects.toMatchObject({ message: 'the client is not connected' })
})

test('many stores over one client add no more listeners than one', () => {
  const redis = new Redis({ ...recommendedOptions, lazyConnect: true })
  const listeners = (): number => redis.eventNames().reduce((sum, name) => sum + redis.listenerCount(name), 0)
  new IoredisStore(redis)
  const ofOneStore = listeners()
  for (let i = 0; i < 20; i++) new IoredisStore(redis, { prefix: `${i}:` })
  expect(listeners()).toBe(ofOneStore)
  expect(redis.listenerCount('error')).toBe(0)
})
