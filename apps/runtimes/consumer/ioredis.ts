import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { Redis } from 'ioredis'
import { storeChecks } from './store-checks.js'
import type { Suite } from './suite.js'

export const suite: Suite = async ({ REDIS_URL }) => {
  const redis = new Redis(REDIS_URL, recommendedOptions)
  return {
    checks: storeChecks(new IoredisStore(redis)),
    close: async () => {
      await redis.quit()
    },
  }
}
