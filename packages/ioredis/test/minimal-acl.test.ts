import { describeCounterStore } from '@rl/conformance'
import { type CounterStore, type Operation, StoreError, type Window } from '@rl/core'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey } from '@rl/redis-script'
import { type RedisCluster, type RedisServer, redisHarness, startCluster, startRedis } from '@rl/test-servers'
import { Cluster, Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { IoredisStore, recommendedClusterOptions } from '../src/index.ts'
import { CLUSTER_COMMANDS, COMMANDS, MINIMAL_ACL } from './minimal-acl.ts'
import { patientOptions } from './patient-options.ts'

/** Rights do not depend on chance: the other runs of the suite have more histories. */
const FEW = { histories: 20 }

const USER = 'limiter'
const LOGIN = { username: USER, password: 'password' }

function connectAs(server: RedisServer): Redis {
  // The check before the first command would need INFO. Without that right, ioredis goes on with a warning.
  return new Redis({ ...patientOptions, ...LOGIN, port: server.port, enableReadyCheck: false })
}

describeCounterStore(
  'IoredisStore as a user with the minimal ACL',
  async () => {
    const server = await startRedis()
    await server.command('ACL', 'SETUSER', USER, ...MINIMAL_ACL.split(' '))
    return redisHarness({
      nodes: [server],
      keyOf: (counter) => redisKey('rl:', counterKey(counter)),
      nameOf: counterName,
      connect: () => {
        const redis = connectAs(server)
        return { store: new IoredisStore(redis), close: () => redis.disconnect() }
      },
    })
  },
  FEW,
)

describe('of the minimal ACL', () => {
  const window: Window = { limit: 10, windowMs: 365 * 86_400_000, anchor: 'epoch' }
  const firstHit: Window = { ...window, anchor: 'first-hit' }
  const keyOf = (id: string): string => redisKey('rl:', counterKey({ scope: 'api', id }))
  let server: RedisServer
  let redis: Redis
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(() => redis?.disconnect())
  afterAll(() => server?.stop())

  /** All that a store does: creates, counts up alone and in lists, reads, heals, gives back, clears, and loads its script. */
  async function useAll(store: CounterStore): Promise<void> {
    await server.command('FLUSHALL')
    await server.command('SCRIPT', 'FLUSH')
    const apply = async (...operations: Operation[]): Promise<void> => {
      for (const reply of await store.apply(operations)) if (reply instanceof Error) throw reply
    }
    const take = (id: string, cost: number): Operation => ({
      ...{ kind: 'take', scope: 'api', id, windows: [window], costs: [cost], times: 1 },
    })
    await apply(take('a', 1))
    await apply(take('a', 1))
    await apply(take('a', 1), take('b', 1), take('a', 0))
    // An expiry that was lost is found by every 64th read.
    await server.command('PERSIST', keyOf('a'))
    for (let i = 0; i < 2000 && (await server.command('PTTL', keyOf('a'))) === -1; i++) await apply(take('a', 0))
    const [end] = /\d{13}/.exec(String(await server.command('GET', keyOf('a')))) ?? []
    const windows = [{ ...window, resetAt: Number(end), generation: 0, change: -1 }]
    const token = { id: 'token', until: Date.now() + 60_000 }
    await apply({ kind: 'adjust', scope: 'api', id: 'a', windows, token })
    await apply({ kind: 'clear', scope: 'api', id: 'a', windows: [firstHit, window] })
    await apply({ ...take('a', 1), windows: [firstHit] } as Operation)
    await apply({ kind: 'clear', scope: 'api', id: 'b', windows: [window] })
    await server.command('SET', keyOf('c'), 'junk')
    await apply({ kind: 'clear', scope: 'api', id: 'c', windows: [window] })
  }

  async function useWith(rules: string, prefix = 'rl:'): Promise<void> {
    await server.command('ACL', 'SETUSER', USER, 'reset', ...rules.split(' '))
    redis = connectAs(server)
    await useAll(new IoredisStore(redis, { prefix }))
  }

  test('all together are enough', async () => {
    await expect(useWith(MINIMAL_ACL)).resolves.toBeUndefined()
  })

  test.each(COMMANDS)('%s is needed', async (command) => {
    await expect(useWith(`${MINIMAL_ACL} -${command}`)).rejects.toBeInstanceOf(StoreError)
  })

  test('the keys are needed, and no others can be touched', async () => {
    await expect(useWith(MINIMAL_ACL.replace('~rl:*', '~other:*'))).rejects.toMatchObject({ outcome: 'not-executed' })
    redis.disconnect()
    await expect(useWith(MINIMAL_ACL, 'other:')).rejects.toMatchObject({ outcome: 'not-executed' })
  })
})

describe('of the minimal ACL in a Cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster?.stop())

  const take = { kind: 'take', scope: 'api', costs: [1], times: 1 } as const

  async function useWith(commands: readonly string[]): Promise<number> {
    const rules = [...MINIMAL_ACL.split(' '), ...commands.map((name) => `+${name}`)]
    await Promise.all(cluster.nodes.map((node) => node.command('ACL', 'SETUSER', USER, 'reset', ...rules)))
    const client = new Cluster(
      cluster.ports.map((port) => ({ host: '127.0.0.1', port })),
      {
        ...recommendedClusterOptions,
        redisOptions: { ...LOGIN, enableReadyCheck: false },
        clusterRetryStrategy: () => null,
      },
    )
    client.on('error', () => {}) // seen through the calls that fail by it
    try {
      const windows: Window[] = [{ limit: 10, windowMs: 60_000, anchor: 'epoch' }]
      const takes = Array.from({ length: 30 }, (_, i): Operation => ({ ...take, id: `user ${i}`, windows }))
      const replies = await new IoredisStore(client).apply(takes)
      return replies.filter((reply) => !(reply instanceof Error)).length
    } finally {
      client.disconnect()
    }
  }

  test('all together are enough for every node', async () => {
    expect(await useWith(CLUSTER_COMMANDS)).toBe(30)
  })

  test.each(CLUSTER_COMMANDS)('%s is needed', async (command) => {
    expect(await useWith(CLUSTER_COMMANDS.filter((name) => name !== command))).toBe(0)
  })
})
