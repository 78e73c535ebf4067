import { describeCounterStore } from '@rl/conformance'
import { type Operation, StoreError, type Window } from '@rl/core'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey } from '@rl/redis-script'
import { type RedisCluster, type RedisServer, redisHarness, startCluster, startRedis } from '@rl/test-servers'
import { Cluster, Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { IoredisStore, recommendedClusterOptions } from '../src/index.ts'
import { CLUSTER_COMMANDS, COMMANDS, MINIMAL_ACL } from './minimal-acl.ts'
import { patientOptions } from './patient-options.ts'
import { useEverything } from './use-everything.ts'

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
  const keyOf = (id: string): string => redisKey('rl:', counterKey({ scope: 'api', id }))
  let server: RedisServer
  let redis: Redis
  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(() => redis?.disconnect())
  afterAll(() => server?.stop())

  async function useWith(rules: string, prefix = 'rl:'): Promise<void> {
    await server.command('ACL', 'SETUSER', USER, 'reset', ...rules.split(' '))
    redis = connectAs(server)
    await useEverything(new IoredisStore(redis, { prefix }), [server], keyOf)
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
