import { startUpstashRest } from '@rl/test-servers'
import { serve } from './child.ts'

/** The protocol of Upstash in front of a Redis, in a separate process. */
export interface RestSettings {
  readonly redisPort: number
}

await serve(async ({ redisPort }: RestSettings) => {
  const rest = await startUpstashRest({ redisPort })
  return async (question) => (question === 'requests' ? rest.requests : { url: rest.url, token: rest.token })
})
