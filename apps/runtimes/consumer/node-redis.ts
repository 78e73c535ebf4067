import { NodeRedisStore } from '@rl/node-redis'
import { createClient } from 'redis'
import { storeChecks } from './store-checks.js'
import type { Suite } from './suite.js'

export const suite: Suite = async ({ REDIS_URL }) => {
  const redis = createClient({ url: REDIS_URL })
  await redis.connect()
  return { checks: storeChecks(new NodeRedisStore(redis)), close: () => redis.close() }
}
