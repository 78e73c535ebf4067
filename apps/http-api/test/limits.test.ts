import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inOneMinute, keys, tally } from './counters.ts'
import { type Api, KEYS, startApi } from './start-api.ts'

let redis: RedisServer
let apis: readonly Api[]
beforeAll(async () => {
  redis = await startRedis()
  apis = await Promise.all([1, 2].map(() => startApi(redis, { HASH_SLOTS: '100' })))
})
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()))
  await redis.stop()
})

/** Sends that many requests at once, to one instance after the other. */
function spread(times: number, ask: (api: Api) => Promise<Response>): readonly Promise<Response>[] {
  return Array.from({ length: times }, (_, i) => ask(apis[i % apis.length] as Api))
}

/** The units left to an account, per minute and day. */
async function left(key: string): Promise<readonly number[]> {
  const response = await (apis[0] as Api).get('/v1/account', key)
  const { windows } = (await response.json()) as { windows: readonly { remaining: number }[] }
  return windows.map(({ remaining }) => remaining)
}

/** As if these units had been taken in earlier minutes of the day. */
async function useUpDay(units: number): Promise<void> {
  const client = new Redis(redis.url, { ...recommendedOptions, socketTimeout: 30_000 })
  const store = new IoredisStore(client)
  const day = new FixedWindowRateLimiter({ name: 'accounts', store, limit: units, window: '1d', deadlineMs: 30_000 })
  await day.limit('ann', { cost: units })
  client.disconnect()
}

describe('two instances together', () => {
  test.each([
    ['free', KEYS.ann, 60, 150],
    ['pro', KEYS.bob, 600, 700],
  ])('admit exactly what the plan says: %s', async (_, key, limit, requests) => {
    const statuses = await inOneMinute(redis, () => tally(spread(requests, (api) => api.get('/v1/random', key))))
    expect(statuses).toEqual({ 200: limit, 429: requests - limit })
  })

  test('charge a route what it costs', async () => {
    const [statuses, remaining] = await inOneMinute(redis, async () => [
      await tally(spread(8, (api) => api.hash(KEYS.ann))),
      await left(KEYS.ann),
    ])
    expect(statuses).toEqual({ 200: 6, 429: 2 })
    expect(remaining).toEqual([0, 940])
  })

  test('admit exactly the limit of one address without a key, also while it guesses keys', async () => {
    const [statuses, guesses] = await inOneMinute(redis, async () => [
      await tally(spread(20, (api) => api.get('/'))),
      await tally(spread(20, (api) => api.get('/v1/random', 'a-guess'))),
    ])
    expect(statuses).toEqual({ 200: 20 })
    expect(guesses).toEqual({ 401: 10, 429: 10 })
  })

  test('count what is not there by address, with a key as well', async () => {
    const statuses = await inOneMinute(redis, () => tally(spread(40, (api) => api.get('/v1/nothing', KEYS.bob))))
    expect(statuses).toEqual({ 404: 30, 429: 10 })
  })
})

test('the day is a separate limit, and a request that it denies costs the minute nothing', async () => {
  const [first, denied, remaining] = await inOneMinute(redis, async () => {
    await useUpDay(995)
    return [
      await tally(spread(5, (api) => api.get('/v1/random', KEYS.ann))),
      await (apis[0] as Api).get('/v1/random', KEYS.ann),
      await left(KEYS.ann),
    ]
  })
  expect(first).toEqual({ 200: 5 })
  expect(denied.status).toBe(429)
  expect(await denied.json()).toMatchObject({ 'violated-policies': ['accounts-1d'] })
  expect(remaining).toEqual([55, 0])
})

test('responses say how the limits stand', async () => {
  const [admitted, denied] = await inOneMinute(redis, async () => {
    const first = await (apis[0] as Api).get('/v1/random', KEYS.ann)
    await tally(spread(59, (api) => api.get('/v1/random', KEYS.ann)))
    return [first, await (apis[0] as Api).get('/v1/random', KEYS.ann)]
  })
  expect(admitted.headers.get('ratelimit-policy')).toBe('"accounts-1m";q=60;w=60, "accounts-1d";q=1000;w=86400')
  expect(admitted.headers.get('ratelimit')).toMatch(/^"accounts-1m";r=59;t=\d+, "accounts-1d";r=999;t=\d+$/)
  expect(admitted.headers.get('retry-after')).toBeNull()
  expect(denied.status).toBe(429)
  expect(denied.headers.get('ratelimit')).toMatch(/^"accounts-1m";r=0;t=\d+, "accounts-1d";r=940;t=\d+$/)
  expect(Number(denied.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(Number(denied.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect(denied.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(await denied.json()).toMatchObject({ status: 429, 'violated-policies': ['accounts-1m'] })
})

test('health is never limited', async () => {
  const statuses = await inOneMinute(redis, () => tally(spread(100, (api) => api.get('/health'))))
  expect(statuses).toEqual({ 200: 100 })
  expect(await keys(redis)).toEqual([])
  expect((await (apis[0] as Api).get('/health')).headers.get('ratelimit-policy')).toBeNull()
})

test('no key and no address of a client is in Redis in place of an account', async () => {
  await inOneMinute(redis, () => tally(spread(2, (api) => api.get('/v1/random', KEYS.ann))))
  const names = await keys(redis)
  expect(names).toHaveLength(1)
  for (const name of names) {
    expect(name).toContain('ann')
    expect(name).not.toContain(KEYS.ann)
  }
})
