import { describeCounterStore } from '@rl/conformance'
import { redisKey } from '@rl/redis-script'
import { redisHarness, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { IoredisStore, recommendedOptions } from '../src/index.ts'

describeCounterStore('IoredisStore on a single server', async () => {
  const server = await startRedis()
  return redisHarness({
    nodes: [server],
    redisKey,
    connect: () => {
      const redis = new Redis({ ...recommendedOptions, port: server.port })
      return { store: new IoredisStore(redis), close: () => redis.disconnect() }
    },
  })
})
