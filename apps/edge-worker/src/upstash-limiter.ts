import { FixedWindowRateLimiter } from '@rl/core'
import { recommendedOptions, UpstashStore } from '@rl/upstash'
import { Redis } from '@upstash/redis'
import type { UpstashSettings } from './upstash-settings.ts'

/** One for all requests that this instance serves. */
export function upstashLimiter(settings: UpstashSettings): FixedWindowRateLimiter {
  const deadlineMs = Number(settings.UPSTASH_DEADLINE_MS ?? 1000)
  const redis = new Redis({
    url: settings.UPSTASH_REDIS_REST_URL,
    token: settings.UPSTASH_REDIS_REST_TOKEN,
    ...recommendedOptions,
    signal: () => AbortSignal.timeout(deadlineMs),
  })
  return new FixedWindowRateLimiter({
    name: 'edge',
    store: new UpstashStore(redis),
    limit: Number(settings.REQUESTS_PER_MINUTE ?? 100),
    window: '1m',
    anchor: 'first-hit',
    deadlineMs,
  })
}
