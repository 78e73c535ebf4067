import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { inOneMinute, tally } from './counters.ts'
import { type Api, startApi } from './start-api.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

test.each([
  ['behind a trusted proxy each client has its own limit', 'loopback', { 200: 40 }],
  ['without one the address that a client claims to have counts for nothing', '10.0.0.0/8', { 200: 30, 429: 10 }],
])('%s', async (_, trusted, expected) => {
  const api: Api = await startApi(redis, { TRUSTED_PROXIES: trusted })
  onTestFinished(() => api.stop())
  const ask = (i: number): Promise<Response> => api.get('/', undefined, { 'x-forwarded-for': `203.0.113.${i % 2}` })
  expect(await inOneMinute(redis, () => tally(Array.from({ length: 40 }, (_, i) => ask(i))))).toEqual(expected)
})
