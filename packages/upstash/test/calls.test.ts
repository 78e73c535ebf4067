import type { Refund, Take } from '@rl/core'
import { encodeRefund, encodeTakes, UPSTASH_SCRIPT } from '@rl/redis-script'
import { expect, test } from 'vitest'
import { type UpstashClient, UpstashStore } from '../src/index.ts'

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
function recorder(answer: (method: string) => unknown): { client: UpstashClient; calls: unknown[][] } {
  const calls: unknown[][] = []
  const call = async (...args: [string, ...unknown[]]): Promise<unknown> => {
    calls.push(args)
    return answer(args[0])
  }
  const client: UpstashClient = {
    evalsha: (...args) => call('evalsha', ...args),
    eval: (...args) => call('eval', ...args),
    del: (...args) => call('del', ...args),
  }
  return { client, calls }
}

test('a take is EVALSHA of the script that Upstash may run beside others', async () => {
  const { client, calls } = recorder(() => REPLY)
  expect(await new UpstashStore(client).take([TAKE])).toMatchObject([{ taken: 3 }])
  expect(calls).toEqual([['evalsha', UPSTASH_SCRIPT.sha, KEYS, ARGS]])
})

test('only upon NOSCRIPT, EVAL follows with the text and the same arguments', async () => {
  const { client, calls } = recorder((method) => {
    if (method === 'evalsha') throw new Error('NOSCRIPT No matching script. Please use EVAL., command was: ["evalsha"]')
    return REPLY
  })
  expect(await new UpstashStore(client).take([TAKE])).toMatchObject([{ taken: 3 }])
  expect(calls).toEqual([
    ['evalsha', UPSTASH_SCRIPT.sha, KEYS, ARGS],
    ['eval', UPSTASH_SCRIPT.text, KEYS, ARGS],
  ])
  const failing = recorder(() => {
    throw new TypeError('fetch failed')
  })
  await expect(new UpstashStore(failing.client).take([TAKE])).rejects.toMatchObject({ outcome: 'unknown' })
  expect(failing.calls.map(([method]) => method)).toEqual(['evalsha'])
})

test('a clear is DEL of exactly its keys, under the prefix of the store', async () => {
  const { client, calls } = recorder(() => 2)
  await new UpstashStore(client, { prefix: 'shop:' }).clear(TAKE)
  expect(calls).toEqual([['del', 'shop:{api:user_123}:e60000', 'shop:{api:user_123}:f3600000']])
})

test('a refund is EVALSHA', async () => {
  const { client, calls } = recorder(() => [NOW, 2])
  const refund: Refund = {
    key: 'api:user_123',
    windows: [{ windowMs: 60_000, anchor: 'epoch', resetAt: NOW + 30_000 }],
    cost: 2,
  }
  expect(await new UpstashStore(client).refund(refund)).toEqual({ now: NOW, refunded: [2] })
  const { keys, args } = encodeRefund('rl:', refund)
  expect(calls).toEqual([['evalsha', UPSTASH_SCRIPT.sha, keys, args]])
})

test('a list of two identifiers is one command', async () => {
  const { client, calls } = recorder(() => [...REPLY, ...REPLY.slice(1)])
  await new UpstashStore(client).take([TAKE, { ...TAKE, key: 'api:user_456' }])
  expect(calls).toHaveLength(1)
})
