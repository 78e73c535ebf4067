import { startRedis, startUpstashRest } from '@rl/test-servers'
import { expect, it, onTestFinished, vi } from 'vitest'
import handler from '../src/vercel.ts'

it('the function for Vercel takes its settings from process.env and the address from what Vercel sets', async () => {
  const redis = await startRedis()
  const rest = await startUpstashRest({ redisUrl: redis.url })
  onTestFinished(async () => {
    await rest.stop()
    await redis.stop()
  })
  vi.stubEnv('UPSTASH_REDIS_REST_URL', rest.url)
  vi.stubEnv('UPSTASH_REDIS_REST_TOKEN', rest.token)
  vi.stubEnv('UPSTASH_DEADLINE_MS', '30000')
  vi.stubEnv('REQUESTS_PER_MINUTE', '3')
  onTestFinished(() => void vi.unstubAllEnvs())

  const status = async (client: string): Promise<number> => {
    const headers = { 'x-vercel-forwarded-for': client, 'x-forwarded-for': `192.0.2.${Math.random()}` }
    return (await handler(new Request('https://example.com/', { headers }))).status
  }
  const statuses = await Promise.all(Array.from({ length: 8 }, () => status('203.0.113.7')))
  expect(statuses.sort()).toEqual([200, 200, 200, 429, 429, 429, 429, 429])
  expect(await status('203.0.113.8')).toBe(200)
})
