import { FixedWindowRateLimiter } from '@rl/core'
import { DurableObjectStore, type ObjectNamespace } from '@rl/durable-objects'
import { cloudflareAddress } from '@rl/http/client-ip'
import { createApp } from './app.ts'

export { RateLimitObject } from '@rl/durable-objects'

type Settings = {
  readonly LIMITS: ObjectNamespace
  /** Requests per client and minute. Default 100. */
  readonly REQUESTS_PER_MINUTE?: string
  /** How long a request may wait for an object before it is answered with 503, in milliseconds. Default 1000. */
  readonly DEADLINE_MS?: string
}

export default createApp(
  cloudflareAddress,
  ({ LIMITS, REQUESTS_PER_MINUTE = '100', DEADLINE_MS = '1000' }: Settings) =>
    new FixedWindowRateLimiter({
      name: 'edge',
      store: new DurableObjectStore(LIMITS),
      limit: Number(REQUESTS_PER_MINUTE),
      window: '1m',
      anchor: 'first-hit',
      deadlineMs: Number(DEADLINE_MS),
    }),
)
