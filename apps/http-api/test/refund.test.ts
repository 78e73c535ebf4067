import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inOneMinute, used } from './counters.ts'
import { type Api, KEYS, startApi } from './start-api.ts'

let redis: RedisServer
let api: Api
beforeAll(async () => {
  redis = await startRedis()
  api = await startApi(redis, { HASH_SLOTS: '0' })
})
afterAll(async () => {
  await api.stop()
  await redis.stop()
})

test('a request that the server fails to serve gets its units back', async () => {
  await inOneMinute(redis, async () => {
    expect((await api.get('/v1/random', KEYS.ann)).status).toBe(200)
    const failed = await api.hash(KEYS.ann)
    expect(failed.status).toBe(503)
    expect(failed.headers.get('ratelimit')).toMatch(/^"accounts-1m";r=49;/)
    await vi.waitFor(async () => expect(await used(redis)).toEqual([1, 1]), { timeout: 30_000 })
  })
})

test('a request that is itself wrong is charged', async () => {
  await inOneMinute(redis, async () => {
    expect((await api.hash(KEYS.ann, { word: 'secret' })).status).toBe(400)
    // Were it given back, then before this later one, on the same connection to Redis.
    expect((await api.hash(KEYS.ann)).status).toBe(503)
    await vi.waitFor(async () => expect(await used(redis)).toEqual([10, 10]), { timeout: 30_000 })
  })
})
