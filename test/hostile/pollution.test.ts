import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore } from '@rl/upstash'
import { afterEach, describe, expect, test } from 'vitest'
import { recordKeys } from './script-recorder.ts'

/** What nobody may call themselves into, out of, or past. */
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
  for (const options of [{}, { denyCache: true }, { lease: true }]) {
    const limiter = new FixedWindowRateLimiter({
      name: '__proto__',
      store: new MemoryStore(),
      limit: 2,
      window: '365d',
      ...options,
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
  const script = recordKeys(1, (keys) => seen.push(...keys))
  const flat = (sha: string, count: number, ...rest: string[]): Promise<unknown> =>
    script.evalsha(sha, rest.slice(0, count), [])
  const listed = (sha: string, keys: string[] | { keys: string[] }): Promise<unknown> =>
    script.evalsha(sha, Array.isArray(keys) ? keys : keys.keys, [])
  const client = { isCluster: false, evalSha: listed }
  const evalsha = open === overIoredis ? flat : listed
  const limiter = new FixedWindowRateLimiter({
    name: 'api',
    store: open({ ...client, evalsha } as never),
    limit: 1,
    window: '1m',
    anchor: 'first-hit',
  })
  expect(await limiter.isAllowed('id')).toBe(true)
  return seen
}

const overIoredis = (client: never): CounterStore => new IoredisStore(client)

describe('once Object.prototype holds the names of options,', () => {
  test.each<[string, (client: never) => CounterStore]>([
    ['IoredisStore', overIoredis],
    ['NodeRedisStore', (client) => new NodeRedisStore(client)],
    ['UpstashStore', (client) => new UpstashStore(client)],
    ['UpstashStore with options', (client) => new UpstashStore(client, {})],
  ])('%s keeps its keys', async (_, open) => {
    pollute({ prefix: 'theirs:', hashTags: 1, clientRetries: 'throw' })
    expect(await keysOf(open)).toEqual(['rl:{api:id}:f60000'])
  })

  test.each([undefined, {}, { maxKeys: 3 }])(
    'a MemoryStore with the options %o keeps its bound and its clock',
    async (options) => {
      pollute({ maxKeys: 1, whenFull: 'evict', now: () => 5 })
      const store = new MemoryStore(options)
      const windows = [{ limit: 1, windowMs: 2 ** 40, anchor: 'epoch' as const }]
      const keys = ['a', 'b', 'c']
      const [reply] = await store.take(keys.map((key) => ({ key, windows, cost: 1, times: 1 })))
      expect(store.size).toBe(3)
      expect(reply).toMatchObject({ now: expect.closeTo(Date.now(), -5) })
    },
  )
})
