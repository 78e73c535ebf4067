import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { redisKey } from '@rl/redis-script'
import { redisHarness, startRedis, startUpstashRest, tenthUnlessThorough } from '@rl/test-servers'
import { Redis } from '@upstash/redis'
import { recommendedOptions, UpstashStore } from '../src/index.ts'

describeCounterStore(
  'UpstashStore over REST',
  async () => {
    const server = await startRedis()
    const rest = await startUpstashRest({ redisUrl: server.url })
    return redisHarness({
      nodes: [server],
      keyOf: (counter) => redisKey('rl:', counterKey(counter)),
      nameOf: counterName,
      connect: () => {
        // Without a time limit: no test here is about time, and a busy machine may take long.
        const redis = new Redis({ retry: recommendedOptions.retry, url: rest.url, token: rest.token })
        return { store: new UpstashStore(redis), close: () => {} }
      },
      stop: rest.stop,
    })
  },
  { histories: tenthUnlessThorough(300) },
)
