import type { CounterStore } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { IoredisStore, recommendedClusterOptions } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { redisKey, tagsFor } from '@rl/redis-script'
import { startCluster, startRedis, startUpstashRest } from '@rl/test-servers'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Cluster } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useEverything } from '../../packages/ioredis/test/use-everything.ts'
import { LOGIN, makeDocumentedUser } from './documented-acl.ts'

// The user of docs/redis.md may do all that a store does, with each client. All have the same script, and its commands are found
// by the whole suite as that user: packages/ioredis/test/minimal-acl.test.ts, which also shows that each right is needed.

describe('the documented user, on a single server', () => {
  const useOn = async (connect: (url: string) => Promise<CounterStore>): Promise<void> => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    await makeDocumentedUser([server])
    const store = await connect(server.url.replace('//', `//${LOGIN.username}:${LOGIN.password}@`))
    await useEverything(store, [server], (id) => redisKey('rl:', counterKey({ scope: 'api', id })))
  }

  test('with node-redis', async () => {
    const used = useOn(async (url) => {
      const client = await createClient({ url }).connect()
      onTestFinished(() => client.destroy())
      return new NodeRedisStore(client)
    })
    await expect(used).resolves.toBeUndefined()
  })

  test('with @upstash/redis over REST', async () => {
    const used = useOn(async (redisUrl) => {
      const rest = await startUpstashRest({ redisUrl })
      onTestFinished(() => rest.stop())
      return new UpstashStore(new UpstashRedis({ retry: upstashOptions.retry, url: rest.url, token: rest.token }))
    })
    await expect(used).resolves.toBeUndefined()
  })
})

describe('the documented user, on a Cluster', () => {
  const tagOf = tagsFor(true, undefined)
  const useOn = async (more: readonly string[], connect: (ports: readonly number[]) => Promise<CounterStore>) => {
    const { nodes, ports, stop } = await startCluster({ nodeTimeoutMs: 30_000 })
    onTestFinished(stop)
    await makeDocumentedUser(nodes, more)
    await useEverything(await connect(ports), nodes, (id) => redisKey('rl:', counterKey({ scope: 'api', id }), tagOf))
  }

  test('with ioredis', async () => {
    const used = useOn(['+cluster|slots', '+cluster|info'], async (ports) => {
      const seeds = ports.map((port) => ({ host: '127.0.0.1', port }))
      const redisOptions = { ...LOGIN, enableReadyCheck: false }
      const cluster = new Cluster(seeds, { ...recommendedClusterOptions, redisOptions })
      onTestFinished(() => cluster.disconnect())
      return new IoredisStore(cluster)
    })
    await expect(used).resolves.toBeUndefined()
  })

  test('with node-redis', async () => {
    const used = useOn(['+cluster|slots'], async (ports) => {
      const rootNodes = ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }))
      const cluster = await createCluster({ rootNodes, defaults: LOGIN }).connect()
      onTestFinished(() => cluster.destroy())
      return new NodeRedisStore(cluster)
    })
    await expect(used).resolves.toBeUndefined()
  })
})
