import type { CounterStore } from '@rl/core'
import { type IoredisClient, IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { type NodeRedisClient, NodeRedisStore, recommendedOptions as nodeRedisOptions } from '@rl/node-redis'
import { startRedis } from '@rl/test-servers'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster } from 'redis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { TAKES } from './takes.ts'

const silent = (): void => {}
/** Ends in `(…)` where the client says why it has no connection. */
const notConnected = {
  message: expect.stringMatching(/^the client is not connected( \(\w+\))?$/),
  outcome: 'not-executed',
}

/** Whether a call was handed to the client. The client fails each: replies are read elsewhere. */
async function isSent(store: CounterStore, send: ReturnType<typeof vi.fn>): Promise<boolean> {
  send.mockClear()
  await store.apply(TAKES).catch(silent)
  return send.mock.calls.length > 0
}
const failing = () =>
  vi.fn(async (): Promise<unknown> => {
    throw new Error('ERR')
  })

test('ioredis: the first calls wait in the client, later ones are not handed to a client without a connection', async () => {
  const send = failing()
  const client = { isCluster: false, status: 'connecting', evalsha: send, eval: send }
  const store = new IoredisStore(client)
  expect(await isSent(store, send)).toBe(true)
  client.status = 'ready'
  expect(await isSent(store, send)).toBe(true)
  for (const status of ['close', 'reconnecting', 'connecting', 'connect']) {
    client.status = status
    await expect(store.apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: true })
    expect(await isSent(store, send)).toBe(false)
  }
  client.status = 'end'
  await expect(store.apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: false })
  client.status = 'ready'
  expect(await isSent(store, send)).toBe(true)
})

test('ioredis with enableOfflineQueue: false: nothing is handed over before the first connection', async () => {
  const send = failing()
  const connect = vi.fn(async () => {})
  const client = {
    isCluster: false,
    status: 'connecting',
    options: { enableOfflineQueue: false },
    connect,
    evalsha: send,
    eval: send,
  }
  const store = new IoredisStore(client as IoredisClient)
  await expect(store.apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: true })
  expect(send).not.toHaveBeenCalled()
  expect(connect).not.toHaveBeenCalled()
  client.status = 'wait'
  await expect(store.apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: true })
  expect(connect).toHaveBeenCalledOnce()
  client.status = 'ready'
  expect(await isSent(store, send)).toBe(true)
})

test.each([false, true])(
  'ioredis with enableOfflineQueue: false and lazyConnect: %s works once it is connected',
  async (lazyConnect) => {
    await using server = await startRedis()
    const redis = new Redis({ ...recommendedOptions, enableOfflineQueue: false, lazyConnect, port: server.port })
    onTestFinished(() => redis.on('error', silent).disconnect())
    const store = new IoredisStore(redis)
    await expect(store.apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: true })
    const replies = await vi.waitFor(() => store.apply(TAKES), { timeout: 30_000, interval: 10 })
    expect(replies).toMatchObject([{ timesTaken: 1 }])
  },
)

test('an ioredis Cluster with enableOfflineQueue: false says that nothing was charged', async () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], {
    ...recommendedClusterOptions,
    enableOfflineQueue: false,
  })
  onTestFinished(() => cluster.disconnect())
  cluster.on('error', silent)
  await expect(new IoredisStore(cluster).apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: true })
})

test.each<[string, NodeRedisClient]>([
  ['client', createClient()],
  ['pool', createClientPool()],
  ['cluster', createCluster({ rootNodes: [] })],
])('node-redis: a call to a %s that was not connected charges nothing, and says so', async (_, client) => {
  await expect(new NodeRedisStore(client).apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: false })
})

test('a cluster of node-redis 5 shows only whether it is open', async () => {
  const send = failing()
  const client = { masters: [], isOpen: false, isReady: undefined, evalSha: send, eval: send }
  const store = new NodeRedisStore(client as unknown as NodeRedisClient)
  await expect(store.apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: false })
  client.isOpen = true
  expect(await isSent(store, send)).toBe(true)
})

test('node-redis: a call to a client that is connecting may be made again', async () => {
  await using server = await startRedis()
  const client = createClient({ ...nodeRedisOptions, url: server.url }).on('error', silent)
  const store = new NodeRedisStore(client)
  const connected = client.connect()
  await expect(store.apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: true })
  await connected
  expect(await store.apply(TAKES)).toMatchObject([{ timesTaken: 1 }])
  client.destroy()
  await expect(store.apply(TAKES)).rejects.toMatchObject({ ...notConnected, transient: false })
})
