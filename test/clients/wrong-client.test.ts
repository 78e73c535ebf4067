import { IoredisStore } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore } from '@rl/upstash'
import { ValkeyGlideStore } from '@rl/valkey-glide'
import { describe, expect, test } from 'vitest'
import { refusalOf } from './adapters.ts'
import { CLIENTS, MISTAKES } from './every-client.ts'

const STORES = {
  ioredis: (client: unknown) => new IoredisStore(client as never, { clientRetries: 'allow' }),
  'node-redis': (client: unknown) => new NodeRedisStore(client as never, { clientRetries: 'allow' }),
  upstash: (client: unknown) => new UpstashStore(client as never, { clientRetries: 'allow' }),
  'valkey-glide': (client: unknown) => new ValkeyGlideStore(client as never),
}
const EXPECTED = {
  ioredis: 'a Redis or a Cluster of ioredis, such as new Redis(url)',
  'node-redis': 'a client, pool, cluster or Sentinel of node-redis, such as await createClient({ url }).connect()',
  upstash: 'a Redis of @upstash/redis, such as Redis.fromEnv()',
  'valkey-glide': 'a GlideClient or a GlideClusterClient of @valkey/valkey-glide',
}
const CLASSES = {
  ioredis: 'IoredisStore',
  'node-redis': 'NodeRedisStore',
  upstash: 'UpstashStore',
  'valkey-glide': 'ValkeyGlideStore',
}
const LIBRARIES = ['ioredis', 'node-redis', 'upstash', 'valkey-glide'] as const

describe.each(LIBRARIES)('the store for %s', (own) => {
  test.each(Object.entries(CLIENTS[own]))('takes %s', (_, client) => {
    expect(STORES[own](client)).toBeDefined()
  })

  test.each(Object.entries(MISTAKES))('refuses %s', (_, mistake) => {
    const { option, message } = refusalOf(() => STORES[own](mistake))
    expect(option).toBe('client')
    expect(message).toContain(`client must be ${EXPECTED[own]}, received `)
    expect(message).not.toContain('secret')
  })

  test.each(
    LIBRARIES.filter((other) => other !== own).flatMap((other) =>
      Object.entries(CLIENTS[other]).map(([name, client]) => [name, client, other] as const),
    ),
  )('refuses %s, and names its store', (_, client, other) => {
    const { message } = refusalOf(() => STORES[own](client))
    expect(message).toBe(`client must be ${EXPECTED[own]}, received a client for ${CLASSES[other]} of @rl/${other}`)
  })
})

test.each([
  ['a promise', 'a promise (await it first)'],
  ['a URL as a string', 'a string'],
  ['a URL', 'an instance of URL without the method'],
  ['a plain object of options', 'a plain object without the method'],
  ['a pipeline of ioredis', 'a pipeline of ioredis (pass the client)'],
  ['a pipeline of an ioredis Cluster', 'a pipeline of ioredis (pass the client)'],
  ['a multi of node-redis', 'a multi of node-redis (pass the client)'],
  ['a legacy client of node-redis', 'client.legacy() of node-redis (pass the client)'],
  ['a pipeline of Upstash', 'a pipeline of @upstash/redis (pass the client)'],
  [
    'a RedisClient of Bun',
    'a RedisClient of Bun, which may run a call after it has timed out (use ioredis, also in Bun)',
  ],
])('the message says that it is %s', (name, received) => {
  for (const library of LIBRARIES) {
    expect(refusalOf(() => STORES[library](MISTAKES[name])).message).toContain(`received ${received}`)
  }
})

test('a wrapper that has the methods is taken', () => {
  const send = async (): Promise<unknown> => 'reply'
  expect(STORES.ioredis({ isCluster: false, evalsha: send, eval: send })).toBeDefined()
  expect(STORES['node-redis']({ evalSha: send, eval: send })).toBeDefined()
  expect(STORES.upstash({ evalsha: send, eval: send })).toBeDefined()
  expect(STORES['valkey-glide']({ invokeScript: send })).toBeDefined()
})
