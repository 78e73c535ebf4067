import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey } from '@rl/redis-script'
import { redisHarness, startRedis, tenthUnlessThorough } from '@rl/test-servers'
import { GlideClient, Logger } from '@valkey/valkey-glide'
import { ValkeyGlideStore } from '../src/index.ts'

Logger.init('off') // it says each time that a server does not have the script

describeCounterStore(
  'ValkeyGlideStore on a single server',
  async () => {
    const server = await startRedis()
    return redisHarness({
      nodes: [server],
      keyOf: (counter) => redisKey('rl:', counterKey(counter)),
      nameOf: counterName,
      connect: async () => {
        // No test here is about time, and a busy machine may take long.
        const addresses = [{ host: '127.0.0.1', port: server.port }]
        const client = await GlideClient.createClient({ addresses, requestTimeout: 60_000 })
        return { store: new ValkeyGlideStore(client), close: () => client.close() }
      },
    })
  },
  { histories: tenthUnlessThorough(300) },
)
