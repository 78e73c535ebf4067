import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey } from '@rl/redis-script'
import { redisHarness, startRedis, tenthUnlessThorough } from '@rl/test-servers'
import { createClient } from 'redis'
import { NodeRedisStore } from '../src/index.ts'

describeCounterStore(
  'NodeRedisStore on a single server',
  async () => {
    const server = await startRedis()
    return redisHarness({
      nodes: [server],
      keyOf: (counter) => redisKey('rl:', counterKey(counter)),
      nameOf: counterName,
      connect: async () => {
        const client = await createClient({ url: server.url }).connect()
        return { store: new NodeRedisStore(client), close: () => client.destroy() }
      },
    })
  },
  { histories: tenthUnlessThorough(300) },
)
