import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey, tagsFor } from '@rl/redis-script'
import { redisHarness, startCluster, tenthUnlessThorough } from '@rl/test-servers'
import { Cluster } from 'ioredis'
import { IoredisStore } from '../src/index.ts'
import { patientClusterOptions } from './patient-options.ts'

const tagOf = tagsFor(true, undefined)

describeCounterStore(
  'IoredisStore on a Cluster of 3',
  async () => {
    const { nodes, ports } = await startCluster({ masters: 3 })
    const seeds = ports.map((port) => ({ host: '127.0.0.1', port }))
    return redisHarness({
      nodes,
      keyOf: (counter) => redisKey('rl:', counterKey(counter), tagOf),
      nameOf: counterName,
      connect: () => {
        const cluster = new Cluster(seeds, patientClusterOptions)
        return { store: new IoredisStore(cluster), close: () => cluster.disconnect() }
      },
    })
  },
  { histories: tenthUnlessThorough(300) },
)
