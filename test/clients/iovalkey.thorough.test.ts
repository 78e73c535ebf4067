import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { IoredisStore } from '@rl/ioredis'
import { redisKey } from '@rl/redis-script'
import { redisHarness, startRedis, tenthUnlessThorough } from '@rl/test-servers'
import { Redis } from 'iovalkey'

describeCounterStore(
  'IoredisStore over iovalkey',
  async () => {
    const server = await startRedis()
    return redisHarness({
      nodes: [server],
      keyOf: (counter) => redisKey('rl:', counterKey(counter)),
      nameOf: counterName,
      connect: () => {
        const redis = new Redis(server.port, { maxRetriesPerRequest: 0 })
        return { store: new IoredisStore(redis), close: () => redis.disconnect() }
      },
    })
  },
  { histories: tenthUnlessThorough(300) },
)
