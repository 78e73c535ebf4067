import { recommendedOptions, UpstashStore } from '@rl/upstash'
import { Redis } from '@upstash/redis'
import { storeChecks } from './store-checks.js'
import type { Suite } from './suite.js'

export const suite: Suite = async ({ UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token }) => {
  const redis = new Redis({ ...recommendedOptions, url, token })
  return { checks: storeChecks(new UpstashStore(redis)), close: async () => {} }
}
