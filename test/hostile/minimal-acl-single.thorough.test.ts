import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { NodeRedisStore } from '@rl/node-redis'
import { redisKey } from '@rl/redis-script'
import { redisHarness, startRedis, startUpstashRest } from '@rl/test-servers'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as UpstashRedis } from '@upstash/redis'
import { createClient } from 'redis'
import { LOGIN, makeDocumentedUser } from './documented-acl.ts'

/** Rights do not depend on chance: the other runs of the suite have more histories. */
const FEW = { histories: 20 }

// ioredis on a single server: packages/ioredis/test/minimal-acl.test.ts, which also shows that each right is needed.

describeCounterStore(
  'NodeRedisStore as the documented user',
  async () => {
    const server = await startRedis()
    await makeDocumentedUser([server])
    return redisHarness({
      nodes: [server],
      keyOf: (counter) => redisKey('rl:', counterKey(counter)),
      nameOf: counterName,
      connect: async () => {
        const client = await createClient({ url: server.url, ...LOGIN }).connect()
        return { store: new NodeRedisStore(client), close: () => client.destroy() }
      },
    })
  },
  FEW,
)

describeCounterStore(
  'UpstashStore over REST as the documented user',
  async () => {
    const server = await startRedis()
    await makeDocumentedUser([server])
    const redisUrl = server.url.replace('//', `//${LOGIN.username}:${LOGIN.password}@`)
    const rest = await startUpstashRest({ redisUrl })
    return redisHarness({
      nodes: [server],
      keyOf: (counter) => redisKey('rl:', counterKey(counter)),
      nameOf: counterName,
      connect: () => {
        // Without a time limit: a busy machine may take long.
        const redis = new UpstashRedis({ retry: upstashOptions.retry, url: rest.url, token: rest.token })
        return { store: new UpstashStore(redis), close: () => {} }
      },
      stop: rest.stop,
    })
  },
  FEW,
)
