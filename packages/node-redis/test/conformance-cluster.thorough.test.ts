import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey, tagsFor } from '@rl/redis-script'
import { redisHarness, startCluster, tenthUnlessThorough } from '@rl/test-servers'
import { createCluster } from 'redis'
import { NodeRedisStore } from '../src/index.ts'

const tagOf = tagsFor(true, undefined)

describeCounterStore(
  'NodeRedisStore on a Cluster of 3',
  async () => {
    const { nodes, urls } = await startCluster({ masters: 3 })
    const rootNodes = urls.map((url) => ({ url }))
    return redisHarness({
      nodes,
      keyOf: (counter) => redisKey('rl:', counterKey(counter), tagOf),
      nameOf: counterName,
      connect: async () => {
        const cluster = await createCluster({ rootNodes }).connect()
        return { store: new NodeRedisStore(cluster), close: () => cluster.destroy() }
      },
    })
  },
  { histories: tenthUnlessThorough(300) },
)
