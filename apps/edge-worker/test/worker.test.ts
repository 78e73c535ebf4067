import { type RedisServer, startRedis, startUpstashRest, type UpstashRestServer } from '@rl/test-servers'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { type RunningWorker, startWorker } from './start-worker.ts'

const LIMIT = 20

let redis: RedisServer
let rest: UpstashRestServer
let workers: RunningWorker[]
beforeAll(async () => {
  redis = await startRedis()
  rest = await startUpstashRest({ redisUrl: redis.url })
  workers = await Promise.all([1, 2].map(() => startWorker(bindings())))
})
beforeEach(() => redis.command('FLUSHALL'))
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  await rest.stop()
  await redis.stop()
})

const bindings = (more: Record<string, string> = {}) => ({
  UPSTASH_REDIS_REST_URL: rest.url,
  UPSTASH_REDIS_REST_TOKEN: rest.token,
  REQUESTS_PER_MINUTE: `${LIMIT}`,
  UPSTASH_DEADLINE_MS: '30000', // a busy machine is no reason to deny here
  ...more,
})

/** A request as Cloudflare hands it over: with the client's address in a header that the client can't set. */
async function get(worker: RunningWorker | undefined, client: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${worker?.url}/`, { headers: { ...headers, 'cf-connecting-ip': client } })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

const count = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length

it('two Workers admit exactly the limit of many requests at once, for each client', async () => {
  const clients = ['203.0.113.7', '2001:db8:1:2::7', '198.51.100.9']
  const requests = Array.from({ length: 180 }, (_, i) => ({ worker: workers[i % 2], client: clients[i % 3] ?? '' }))
  const answers = await Promise.all(
    requests.map(async (each) => ({ ...each, ...(await get(each.worker, each.client)) })),
  )
  for (const client of clients) {
    const own = answers.filter((answer) => answer.client === client)
    expect([count(own, 200), count(own, 429)], client).toEqual([LIMIT, 60 - LIMIT])
  }
})

it('requests at once, and one after another, are all answered by a limiter that they share', async () => {
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => get(workers[0], `192.0.2.${i % 100}`)))
    expect(count(answers, 200)).toBe(300)
  }
})

it('a client cannot count as another by headers that it sends, nor by another address of its network', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      get(workers[i % 2], `2001:db8:1:2::${i}`, { 'x-forwarded-for': `192.0.2.${i}`, 'x-real-ip': `192.0.2.${i}` }),
    ),
  )
  expect([count(answers, 200), count(answers, 429)]).toEqual([LIMIT, 40 - LIMIT])
})

it('a response says what is left, a denial when to come back, and neither who asked', async () => {
  const first = await get(workers[0], '203.0.113.7')
  expect(first).toMatchObject({ status: 200, body: '{"hello":"from the edge"}' })
  expect(first.headers.get('ratelimit')).toBe('"edge";r=19;t=60') // its window has just opened
  expect(first.headers.get('ratelimit-policy')).toBe('"edge";q=20;w=60')

  await Promise.all(Array.from({ length: LIMIT }, () => get(workers[1], '203.0.113.7')))
  const denied = await get(workers[0], '203.0.113.7')
  expect(denied.status).toBe(429)
  expect(denied.headers.get('content-type')).toBe('application/problem+json')
  expect(Number(denied.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(denied.body).not.toContain('203.0.113.7')
})

it('a request that no client address comes with is not served', async () => {
  expect((await fetch(`${workers[0]?.url}/`)).status).toBe(500)
  expect((await fetch(`${workers[0]?.url}/health`)).status).toBe(200)
  expect(await redis.command('DBSIZE')).toBe(0)
})

it('requests that are given up do not hold up or fail the others', async () => {
  const leaving = Array.from({ length: 30 }, async (_, i) => {
    const gone = new AbortController()
    const request = fetch(`${workers[0]?.url}/`, {
      headers: { 'cf-connecting-ip': `192.0.2.${i}` },
      signal: gone.signal,
    })
    setTimeout(() => gone.abort(), i)
    await request.then((response) => response.text()).catch(() => undefined)
  })
  const staying = Array.from({ length: 30 }, () => get(workers[0], '203.0.113.7'))
  const answers = await Promise.all(staying)
  await Promise.all(leaving)
  expect([count(answers, 200), count(answers, 429)]).toEqual([LIMIT, 30 - LIMIT])
})

it('while Upstash is away requests are answered with 503, and served again once it is back', async () => {
  const ownRest = await startUpstashRest({ redisUrl: redis.url, token: 'secret' })
  const { port } = ownRest
  const worker = await startWorker(
    bindings({ UPSTASH_REDIS_REST_URL: ownRest.url, UPSTASH_REDIS_REST_TOKEN: ownRest.token }),
  )
  onTestFinished(worker.stop)
  expect((await get(worker, '203.0.113.7')).status).toBe(200)

  await ownRest.stop()
  const away = await Promise.all(Array.from({ length: 10 }, () => get(worker, '203.0.113.7')))
  expect(count(away, 503)).toBe(10)
  for (const { body, headers } of away) {
    expect(body + JSON.stringify([...headers]) + worker.log).not.toMatch(/secret|203\.0\.113\.7|127\.0\.0\.1:\d+/)
  }

  const back = await startUpstashRest({ redisUrl: redis.url, token: 'secret', port })
  onTestFinished(back.stop)
  // Each Worker tries again every half second.
  await expect.poll(async () => (await get(worker, '203.0.113.7')).status, { timeout: 30_000 }).toBe(200)
})
