import { type CounterStore, FixedWindowRateLimiter, type Take } from '@rl/core'
import { denyCache, lease } from '@rl/core/fast-paths'
import { IoredisStore } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore } from '@rl/upstash'
import { afterEach, describe, expect, test } from 'vitest'
import { recordKeys } from './script-recorder.ts'

/** Names that lookups in objects trip over. */
const IDS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'valueOf',
  'then',
]

const polluted = new Set<string>()
afterEach(() => {
  for (const name of polluted) Reflect.deleteProperty(Object.prototype, name)
  polluted.clear()
})

/** Does what a careless merge of somebody's JSON does. */
function pollute(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    polluted.add(name)
    Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true })
  }
}

test('identifiers that are names of Object.prototype are counted like any other, by every way to an answer', async () => {
  const before = Reflect.ownKeys(Object.prototype)
  for (const fastPaths of [[], [denyCache()], [lease()]]) {
    const limiter = new FixedWindowRateLimiter({
      name: '__proto__',
      store: new MemoryStore(),
      limit: 2,
      window: '365d',
      fastPaths,
    })
    for (const id of IDS) {
      const answers = [await limiter.isAllowed(id), await limiter.isAllowed(id), await limiter.isAllowed(id)]
      expect(answers).toEqual([true, true, false])
      await limiter.reset(id)
      const decision = await limiter.limit(id)
      expect(decision).toMatchObject({ allowed: true, id })
      expect(await limiter.refund(decision)).toBe(true)
    }
  }
  expect(Reflect.ownKeys(Object.prototype)).toEqual(before)
})

/** Where an adapter's keys begin. */
async function keysOf(open: (client: never) => CounterStore): Promise<readonly string[]> {
  const seen: string[] = []
  const script = recordKeys((keys) => seen.push(...keys))
  const run = (sha: string, count: unknown, list: readonly string[] = []): Promise<unknown> => {
    if (typeof count === 'number') return script.evalsha(sha, list.slice(0, count), [])
    return script.evalsha(sha, Array.isArray(count) ? count : (count as { keys: string[] }).keys, [])
  }
  const methods = open === overNodeRedis ? { evalSha: run, eval: run } : { evalsha: run, eval: run }
  const client = open === overIoredis ? { ...methods, isCluster: false } : methods
  const store = open(client as never)
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1m', onStoreError: 'allow' })
  await limiter.limit('id')
  return seen
}

const overIoredis = (client: never): CounterStore => new IoredisStore(client)
const overNodeRedis = (client: never): CounterStore => new NodeRedisStore(client)

describe('once Object.prototype holds the names of options,', () => {
  test.each<[string, (client: never) => CounterStore]>([
    ['IoredisStore', overIoredis],
    ['NodeRedisStore', overNodeRedis],
    ['UpstashStore', (client) => new UpstashStore(client)],
    ['UpstashStore with options', (client) => new UpstashStore(client, {})],
  ])('%s keeps its keys', async (_, open) => {
    pollute({ prefix: 'theirs:', hashTags: 1, clientRetries: 'throw', label: 5, replyTimeoutMs: 'junk' })
    expect(await keysOf(open)).toEqual(['rl:1:{api:id}'])
  })

  test.each([undefined, {}, { maxKeys: 3 }])(
    'a MemoryStore with the options %o keeps its bound and its clock',
    async (options) => {
      pollute({ maxKeys: 1, whenFull: 'evict', now: () => 5 })
      const store = new MemoryStore(options)
      const windows = [{ limit: 1, windowMs: 2 ** 40, anchor: 'epoch' as const }]
      const take = { kind: 'take', scope: 'api', windows, costs: [1], times: 1 } as const
      const [reply] = await store.apply(['a', 'b', 'c'].map((id): Take => ({ ...take, id })))
      expect(store.size).toBe(3)
      expect(reply).toMatchObject({ now: expect.closeTo(Date.now(), -5) })
    },
  )
})
