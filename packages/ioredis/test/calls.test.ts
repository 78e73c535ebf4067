import type { Refund, Take } from '@rl/core'
import { encodeRefund, encodeTakes, REDIS_SCRIPT } from '@rl/redis-script'
import { expect, test } from 'vitest'
import { type IoredisClient, IoredisStore } from '../src/index.ts'

const TAKE: Take = {
  key: 'api:user_123',
  windows: [
    { limit: 10, windowMs: 60_000, anchor: 'epoch' },
    { limit: 100, windowMs: 3_600_000, anchor: 'first-hit' },
  ],
  cost: 2,
  times: 3,
}
const { keys: KEYS, args: ARGS } = encodeTakes('rl:', [TAKE])
const NOW = 1_768_480_230_000
const REPLY = [NOW, 3, 6, 6, NOW + 3_600_000]

/** A client that writes down how its methods are called. */
function recorder(answer: (method: string) => unknown, isCluster = false) {
  const calls: unknown[][] = []
  const call = async (method: string, ...args: unknown[]): Promise<unknown> => {
    calls.push([method, ...args])
    return answer(method)
  }
  const client: IoredisClient = {
    isCluster,
    evalsha: (...args) => call('evalsha', ...args),
    eval: (...args) => call('eval', ...args),
    del: (...args) => call('del', ...args),
  }
  return { client, calls }
}

test('a take is EVALSHA with the number of keys, the keys and the arguments', async () => {
  const { client, calls } = recorder(() => REPLY)
  expect(await new IoredisStore(client).take([TAKE])).toMatchObject([{ taken: 3 }])
  expect(calls).toEqual([['evalsha', REDIS_SCRIPT.sha, 2, ...KEYS, ...ARGS]])
})

test('only upon NOSCRIPT, EVAL follows with the text and the same arguments', async () => {
  const { client, calls } = recorder((method) => {
    if (method === 'evalsha') throw new Error('NOSCRIPT No matching script. Please use EVAL.')
    return REPLY
  })
  expect(await new IoredisStore(client).take([TAKE])).toMatchObject([{ taken: 3 }])
  expect(calls).toEqual([
    ['evalsha', REDIS_SCRIPT.sha, 2, ...KEYS, ...ARGS],
    ['eval', REDIS_SCRIPT.text, 2, ...KEYS, ...ARGS],
  ])
  const failing = recorder(() => {
    throw new Error('Connection is closed.')
  })
  await expect(new IoredisStore(failing.client).take([TAKE])).rejects.toMatchObject({ outcome: 'unknown' })
  expect(failing.calls.map(([method]) => method)).toEqual(['evalsha'])
})

test('a clear is DEL of exactly its keys, under the prefix of the store', async () => {
  const { client, calls } = recorder(() => 2)
  await new IoredisStore(client, { prefix: 'shop:' }).clear(TAKE)
  expect(calls).toEqual([['del', 'shop:{api:user_123}:e60000', 'shop:{api:user_123}:f3600000']])
})

test('a refund is EVALSHA', async () => {
  const { client, calls } = recorder(() => [NOW, 2])
  const refund: Refund = {
    key: 'api:user_123',
    windows: [{ windowMs: 60_000, anchor: 'epoch', resetAt: NOW + 30_000 }],
    cost: 2,
  }
  expect(await new IoredisStore(client).refund(refund)).toEqual({ now: NOW, refunded: [2] })
  const { keys, args } = encodeRefund('rl:', refund)
  expect(calls).toEqual([['evalsha', REDIS_SCRIPT.sha, 1, ...keys, ...args]])
})

test('a list of two identifiers is one command, and two in a Cluster', async () => {
  const takes = [TAKE, { ...TAKE, key: 'api:user_456' }]
  const single = recorder(() => [...REPLY, ...REPLY.slice(1)])
  await new IoredisStore(single.client).take(takes)
  expect(single.calls).toHaveLength(1)
  const cluster = recorder(() => REPLY, true)
  await new IoredisStore(cluster.client).take(takes)
  expect(cluster.calls.map((call) => call[2])).toEqual([2, 2])
})
