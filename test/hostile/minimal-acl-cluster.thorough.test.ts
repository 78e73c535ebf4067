import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { IoredisStore, recommendedClusterOptions } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { redisKey, tagsFor } from '@rl/redis-script'
import { redisHarness, startCluster } from '@rl/test-servers'
import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { LOGIN, makeDocumentedUser } from './documented-acl.ts'

/** Rights do not depend on chance: the other runs of the suite have more histories. */
const FEW = { histories: 20 }

const tagOf = tagsFor(true, undefined)

describeCounterStore(
  'IoredisStore on a Cluster as the documented user',
  async () => {
    const { nodes, ports } = await startCluster({ nodeTimeoutMs: 30_000 })
    await makeDocumentedUser(nodes, ['+cluster|slots', '+cluster|info'])
    const seeds = ports.map((port) => ({ host: '127.0.0.1', port }))
    const redisOptions = { ...LOGIN, enableReadyCheck: false }
    return redisHarness({
      nodes,
      keyOf: (counter) => redisKey('rl:', counterKey(counter), tagOf),
      nameOf: counterName,
      connect: () => {
        const cluster = new Cluster(seeds, { ...recommendedClusterOptions, redisOptions })
        return { store: new IoredisStore(cluster), close: () => cluster.disconnect() }
      },
    })
  },
  FEW,
)

describeCounterStore(
  'NodeRedisStore on a Cluster as the documented user',
  async () => {
    const { nodes, urls } = await startCluster({ nodeTimeoutMs: 30_000 })
    await makeDocumentedUser(nodes, ['+cluster|slots'])
    return redisHarness({
      nodes,
      keyOf: (counter) => redisKey('rl:', counterKey(counter), tagOf),
      nameOf: counterName,
      connect: async () => {
        const rootNodes = urls.map((url) => ({ url }))
        const cluster = await createCluster({ rootNodes, defaults: LOGIN }).connect()
        return { store: new NodeRedisStore(cluster), close: () => cluster.destroy() }
      },
    })
  },
  FEW,
)
