import type { Take } from '@rl/core'
import { startRedis } from '@rl/test-servers'
import { createClient, createCluster } from 'redis'
import { expect, test } from 'vitest'
import { NodeRedisStore, recommendedOptions } from '../src/index.ts'

const TAKES: readonly Take[] = [
  { key: 'id', windows: [{ limit: 10, windowMs: 60_000, anchor: 'epoch' }], cost: 1, times: 1 },
]
const charged = { outcome: 'unknown' }
const notConnected = { message: 'the client is not connected', outcome: 'not-executed' }

test('a call to a client or a cluster that was not connected charges nothing, and says so', async () => {
  for (const client of [createClient(), createCluster({ rootNodes: [] })]) {
    const store = new NodeRedisStore(client)
    await expect(store.take(TAKES)).rejects.toMatchObject({ ...notConnected, transient: false })
    await expect(store.take(TAKES)).rejects.not.toMatchObject(charged)
  }
})

test('a call to a client that is connecting may be made again', async () => {
  await using server = await startRedis()
  const client = createClient({ ...recommendedOptions, url: server.url }).on('error', () => {})
  const store = new NodeRedisStore(client)
  const connected = client.connect()
  await expect(store.take(TAKES)).rejects.toMatchObject({ ...notConnected, transient: true })
  await connected
  expect(await store.take(TAKES)).toMatchObject([{ taken: 1 }])
  client.destroy()
  await expect(store.take(TAKES)).rejects.toMatchObject({ ...notConnected, transient: false })
})
