import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { type RedisServer, startRedis, startUpstashRest } from '@rl/test-servers'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPEN, type Opened } from '../adapters.ts'
import { countAll, expectNoLeak, failuresOf } from './leaks.ts'

type OnAll = (...command: string[]) => Promise<unknown>

/** Changes to real servers before the calls, each with its undoing. */
const FAILURES: readonly [string, (all: OnAll) => Promise<unknown>, (all: OnAll) => Promise<unknown>][] = [
  ['no right to the commands', (all) => rights(all, '-evalsha', '-eval'), (all) => rights(all, '+@all')],
  ['no right within the script', (all) => rights(all, '-get', '-mget'), (all) => rights(all, '+@all')],
  ['no right to the keys', (all) => rights(all, 'resetkeys', '~other:*'), (all) => rights(all, '~*')],
  ['counters of another type', (all) => all('EVAL', POISON, '0', 'RPUSH'), (all) => all('FLUSHALL')],
  ['counters that hold no count', (all) => all('EVAL', POISON, '0', 'SET'), (all) => all('FLUSHALL')],
  ['no memory', (all) => all('CONFIG', 'SET', 'maxmemory', '1'), (all) => all('CONFIG', 'SET', 'maxmemory', '0')],
]

/** Puts something that is no count in the place of every counter. */
const POISON = `for _, key in ipairs(redis.call('KEYS', '*')) do
  redis.call('DEL', key)
  redis.call(ARGV[1], key, 'sesame value')
end`

function rights(all: OnAll, ...rules: string[]): Promise<unknown> {
  return all('ACL', 'SETUSER', 'default', ...rules)
}

describe.each(Object.entries(OPEN))('%s shows no identifier, whatever it fails by:', (_, open) => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened?.close())

  const all: OnAll = (...command) => Promise.all(opened.servers.map((server) => server.command(...command)))

  test.each(FAILURES)('%s', async (_, spoil, restore) => {
    await countAll(opened.store)
    await spoil(all)
    await expectNoLeak(() => failuresOf(opened.store, 10_000))
    await restore(all)
  })

  test('a server that hangs, one that is killed, and one that is gone', async () => {
    for (const server of opened.servers) server.pause()
    await expectNoLeak(() => failuresOf(opened.store, 100))
    await expectNoLeak(async () => {
      const calls = failuresOf(opened.store, 1000)
      await Promise.all(opened.servers.map((server) => server.kill()))
      return calls
    })
    await expectNoLeak(() => failuresOf(opened.store, 300))
  })
})

describe('with wrong credentials, neither those nor an identifier are shown by', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
    await server.command('ACL', 'SETUSER', 'sesame-user', 'on', '>right', '+@all', '~*')
    await server.command('ACL', 'SETUSER', 'default', 'nopass', '-@all', '+hello', '+client', '+info')
  })
  afterAll(() => server?.stop())

  const login = { username: 'sesame-user', password: 'sesame-password' }

  test('ioredis', async () => {
    await expectNoLeak(async () => {
      const redis = new Redis({ ...recommendedOptions, ...login, port: server.port, socketTimeout: 10_000 })
      const failures = await failuresOf(new IoredisStore(redis), 500)
      redis.disconnect()
      return failures
    })
  })

  test('node-redis', async () => {
    await expectNoLeak(async () => {
      const client = createClient({ url: server.url, ...login, socket: { reconnectStrategy: false } })
      client.on('error', (error) => console.error(error))
      await client.connect().catch((error) => console.error(error))
      const failures = await failuresOf(new NodeRedisStore(client), 500)
      if (client.isOpen) client.destroy()
      return failures
    })
  })

  test('Upstash', async () => {
    const rest = await startUpstashRest({ redisUrl: server.url })
    const redis = new UpstashRedis({ ...upstashOptions, url: rest.url, token: 'sesame-token' })
    await expectNoLeak(() => failuresOf(new UpstashStore(redis), 10_000))
    await rest.stop()
  })
})

test('a MemoryStore that is full shows no identifier', async () => {
  const store = new MemoryStore({ maxKeys: 1 })
  const window = { limit: 1, windowMs: 2 ** 40, anchor: 'epoch' } as const
  await store.apply([{ kind: 'take', scope: 'api', id: 'a', windows: [window], costs: [1], times: 1 }])
  const failures = await expectNoLeak(() => failuresOf(store, 1000))
  expect(failures[0]?.message).toContain('maxKeys')
})
