import type { Take } from '@rl/core'
import { expect, test } from 'vitest'
import { type IoredisClient, IoredisStore } from '../src/index.ts'

const TAKES: readonly Take[] = [
  { key: 'id', windows: [{ limit: 10, windowMs: 60_000, anchor: 'epoch' }], cost: 1, times: 1 },
]

test('the first calls wait in the client, later ones are not handed to a client without a connection', async () => {
  let sent = 0
  const send = async (): Promise<unknown> => {
    sent++
    return [1_768_480_230_000, 1, 1]
  }
  const client = {
    isCluster: false,
    status: 'connecting',
    evalsha: send,
    eval: send,
    del: send,
  } satisfies IoredisClient
  const store = new IoredisStore(client)
  await store.take(TAKES)
  client.status = 'ready'
  await store.take(TAKES)
  expect(sent).toBe(2)
  for (const status of ['close', 'reconnecting', 'connecting', 'connect']) {
    client.status = status
    for (const call of [store.take(TAKES), store.clear({ key: 'id', windows: TAKES[0]?.windows ?? [] })]) {
      await expect(call).rejects.toMatchObject({ outcome: 'not-executed', transient: true })
    }
  }
  client.status = 'end'
  await expect(store.take(TAKES)).rejects.toMatchObject({ outcome: 'not-executed', transient: false })
  expect(sent).toBe(2)
  client.status = 'ready'
  await store.take(TAKES)
  expect(sent).toBe(3)
})
