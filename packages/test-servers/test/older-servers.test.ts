import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { moveSlot, redisBinaries, redisHarness, startCluster, startRedis, startSentinel } from '@rl/test-servers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const [real] = await redisBinaries()

// Stands in for Redis 6.2, which is not on every machine. CI starts all these servers on the real one as well.
beforeEach(({ skip }) => {
  skip(real?.name.startsWith('Redis 6.') === true, 'this is a real one')
  vi.stubEnv('RL_REAL_SERVER', real?.path)
  vi.stubEnv('REDIS_SERVER_BIN', fileURLToPath(new URL('fixtures/redis-server-6.2', import.meta.url)))
})
afterEach(() => {
  vi.unstubAllEnvs()
})

test('the stand-in has no commands and settings of Redis 7.0', async () => {
  await using redis = await startRedis()
  await expect(redis.command('PEXPIRETIME', 'key')).rejects.toThrow('NOPERM')
  await expect(redis.command('CLUSTER', 'ADDSLOTSRANGE', 0, 1)).rejects.toThrow('NOPERM')
  await expect(startRedis({ args: ['--cluster-port', '7000'] })).rejects.toThrow('Bad directive')
  await expect(startRedis({ args: ['--replicaof', '127.0.0.1 1'] })).rejects.toThrow('wrong number of arguments')
})

test('a Cluster with replicas starts without them, and a slot moves', async () => {
  await using cluster = await startCluster({ masters: 2, replicas: 1 })
  const [first, second] = cluster.nodes
  if (first === undefined || second === undefined) throw new Error('nodes are missing')
  await first.command('SET', '06S', 'value') // slot 0
  const moved = await moveSlot(cluster, 0, first, second)
  await moved.finish()
  expect(await second.command('GET', '06S')).toBe('value')
})

test('a Sentinel starts without them', async () => {
  await using group = await startSentinel()
  const address = await group.sentinels[0]?.command('SENTINEL', 'get-master-addr-by-name', group.name)
  expect(address).toEqual(['127.0.0.1', `${group.master.port}`])
})

test('a harness looks at counters, and tampers with them, without them', async () => {
  const server = await startRedis()
  const counter = { scope: 'test', id: createHash('sha1').update('id').digest('hex'), window: 'minute' }
  const harness = redisHarness<object, string>({
    nodes: [server],
    keyOf: ({ id }) => `rl:${id}`,
    nameOf: (window) => window,
    connect: () => ({ store: {}, close: () => undefined }),
  })
  await server.command('SET', `rl:${counter.id}`, '1;minute=1:1', 'PX', 60_000)
  expect(await harness.expiresInMs(counter)).toBeGreaterThan(0)
  await harness.loseExpiry(counter)
  expect(await harness.expiresInMs(counter)).toBe(Number.POSITIVE_INFINITY)
  await harness.poison(counter, 'not a number')
  await harness.poison(counter, 'wrong type')
  expect(await harness.keys()).toBe(1)
  await harness.forgetScripts()
  await harness.close()
})
