import type { Refund, Take } from '@rl/core'
import { encodeRefund, encodeTakes, REDIS_SCRIPT } from '@rl/redis-script'
import { expect, test } from 'vitest'
import { type NodeRedisClient, NodeRedisStore } from '../src/index.ts'

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
function recorder(answer: (method: string) => unknown): { client: NodeRedisClient; calls: unknown[][] } {
  const calls: unknown[][] = []
  const call = async (...args: [string, ...unknown[]]): Promise<unknown> => {
    calls.push(args)
    return answer(args[0])
  }
  const client: NodeRedisClient = {
    evalSha: (...args) => call('evalSha', ...args),
    eval: (...args) => call('eval', ...args),
    del: (...args) => call('del', ...args),
  }
  return { client, calls }
}

test('a take is EVALSHA with its keys and arguments', async () => {
  const { client, calls } = recorder(() => REPLY)
  expect(await new NodeRedisStore(client).take([TAKE])).toMatchObject([{ taken: 3 }])
  expect(calls).toEqual([['evalSha', REDIS_SCRIPT.sha, { keys: KEYS, arguments: ARGS }]])
})

test('only upon NOSCRIPT, EVAL follows with the text and the same arguments', async () => {
  const { client, calls } = recorder((method) => {
    if (method === 'evalSha') throw new Error('NOSCRIPT No matching script. Please use EVAL.')
    return REPLY
  })
  expect(await new NodeRedisStore(client).take([TAKE])).toMatchObject([{ taken: 3 }])
  expect(calls).toEqual([
    ['evalSha', REDIS_SCRIPT.sha, { keys: KEYS, arguments: ARGS }],
    ['eval', REDIS_SCRIPT.text, { keys: KEYS, arguments: ARGS }],
  ])
  const failing = recorder(() => {
    throw new Error('Socket closed unexpectedly')
  })
  await expect(new NodeRedisStore(failing.client).take([TAKE])).rejects.toMatchObject({ outcome: 'unknown' })
  expect(failing.calls.map(([method]) => method)).toEqual(['evalSha'])
})

test('a clear is DEL of exactly its keys, under the prefix of the store', async () => {
  const { client, calls } = recorder(() => 2)
  await new NodeRedisStore(client, { prefix: 'shop:' }).clear(TAKE)
  expect(calls).toEqual([['del', ['shop:{api:user_123}:e60000', 'shop:{api:user_123}:f3600000']]])
})

test('a refund is EVALSHA', async () => {
  const { client, calls } = recorder(() => [NOW, 2])
  const refund: Refund = {
    key: 'api:user_123',
    windows: [{ windowMs: 60_000, anchor: 'epoch', resetAt: NOW + 30_000 }],
    cost: 2,
  }
  expect(await new NodeRedisStore(client).refund(refund)).toEqual({ now: NOW, refunded: [2] })
  const { keys, args } = encodeRefund('rl:', refund)
  expect(calls).toEqual([['evalSha', REDIS_SCRIPT.sha, { keys, arguments: args }]])
})

test('a list of two identifiers is one command, and two in a cluster, which is known by its masters', async () => {
  const takes = [TAKE, { ...TAKE, key: 'api:user_456' }]
  const single = recorder(() => [...REPLY, ...REPLY.slice(1)])
  await new NodeRedisStore(single.client).take(takes)
  expect(single.calls).toHaveLength(1)
  const cluster = recorder(() => REPLY)
  await new NodeRedisStore({ ...cluster.client, masters: [] } as NodeRedisClient).take(takes)
  expect(cluster.calls).toHaveLength(2)
})
