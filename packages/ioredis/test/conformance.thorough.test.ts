import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey } from '@rl/redis-script'
import { redisHarness, startRedis, tenthUnlessThorough } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { IoredisStore } from '../src/index.ts'
import { patientOptions } from './patient-options.ts'

describeCounterStore(
  'IoredisStore on a single server',
  async () => {
    const server = await startRedis()
    return redisHarness({
      nodes: [server],
      keyOf: (counter) => redisKey('rl:', counterKey(counter)),
      nameOf: counterName,
      connect: () => {
        const redis = new Redis({ ...patientOptions, port: server.port })
        return { store: new IoredisStore(redis), close: () => redis.disconnect() }
      },
    })
  },
  { histories: tenthUnlessThorough(300) },
)
