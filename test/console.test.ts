import { inspect } from 'node:util'
import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as Upstash } from '@upstash/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, test } from 'vitest'

const SECRET = 'a-secret'
const ownStore: CounterStore = { apply: async () => [] }

function limiterOn(store: CounterStore): FixedWindowRateLimiter {
  const windows = [
    { limit: 10, window: '1s' },
    { limit: 1000, window: '1d', anchor: 'first-hit' },
  ] as const
  return new FixedWindowRateLimiter({ name: 'api', store, windows })
}

describe.each<[string, string, () => CounterStore]>([
  ['MemoryStore', 'memory', () => new MemoryStore()],
  [
    'IoredisStore',
    'ioredis',
    () => new IoredisStore(new Redis({ ...recommendedOptions, lazyConnect: true, password: SECRET })),
  ],
  ['NodeRedisStore', 'node-redis', () => new NodeRedisStore(createClient({ password: SECRET }))],
  [
    'UpstashStore',
    'upstash',
    () => new UpstashStore(new Upstash({ ...upstashOptions, url: 'http://127.0.0.1:1', token: SECRET })),
  ],
  ['a store without a label', 'store', () => ownStore],
])('a console over %s', (className, label, open) => {
  test('shows a limiter with its name, its windows and its store', () => {
    const shown = inspect(limiterOn(open()), { breakLength: Number.POSITIVE_INFINITY })
    expect(shown).toContain('FixedWindowRateLimiter')
    for (const part of ["name: 'api'", `store: '${label}'`, 'limit: 1000', 'windowMs: 86400000', "anchor: 'first-hit'"])
      expect(shown).toContain(part)
  })

  test('shows a store with its label, and never what its client was made with', () => {
    const store = open()
    if (store !== ownStore) expect(inspect(store)).toMatch(new RegExp(`^${className} .*label: '${label}'`, 's'))
    const everything = { depth: Number.POSITIVE_INFINITY, showHidden: true }
    expect(inspect([store, limiterOn(store)], everything)).not.toContain(SECRET)
  })
})
