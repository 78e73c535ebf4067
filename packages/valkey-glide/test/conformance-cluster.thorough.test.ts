import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey, tagsFor } from '@rl/redis-script'
import { redisHarness, startCluster, tenthUnlessThorough } from '@rl/test-servers'
import { GlideClusterClient, Logger } from '@valkey/valkey-glide'
import { ValkeyGlideStore } from '../src/index.ts'

const tagOf = tagsFor(true, undefined)

Logger.init('off') // it says each time that a server does not have the script

describeCounterStore(
  'ValkeyGlideStore on a Cluster of 3',
  async () => {
    const { nodes, ports } = await startCluster({ masters: 3 })
    const addresses = ports.map((port) => ({ host: '127.0.0.1', port }))
    return redisHarness({
      nodes,
      keyOf: (counter) => redisKey('rl:', counterKey(counter), tagOf),
      nameOf: counterName,
      connect: async () => {
        const client = await GlideClusterClient.createClient({ addresses, requestTimeout: 60_000 })
        return { store: new ValkeyGlideStore(client), close: () => client.close() }
      },
    })
  },
  { histories: tenthUnlessThorough(300) },
)
