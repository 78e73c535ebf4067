import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Api, KEYS, spawnApi, startApi } from './start-api.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

function metricsOf(api: Api): string {
  return /metrics at ([^"\s]+)/.exec(api.log())?.[1] ?? ''
}

/** As Prometheus does, over a connection that it keeps. */
async function scrape(url: string, agent: Agent): Promise<string> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage]
  return text(response)
}

test('Prometheus finds metrics at a separate port, and a connection that it keeps does not hold up the end', async () => {
  const api = await startApi(redis, { METRICS_PORT: '0' })
  onTestFinished(() => api.stop())
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  expect(await scrape(metricsOf(api), agent)).toContain('rl_breaker_open{rl_store="redis",')
  expect((await api.get('/v1/random', KEYS.bob)).status).toBe(200)
  expect((await api.get('/metrics')).status).toBe(404)
  const page = await scrape(metricsOf(api), agent)
  for (const policy of ['accounts', 'visitors']) expect(page).toContain(`rl_decisions_total{rl_policy="${policy}",`)
  for (const secret of ['bob', '127.0.0.1', KEYS.bob]) expect(page).not.toContain(secret)
  api.process.kill('SIGTERM')
  expect(await api.ended).toBe(0)
})

test('a port for metrics that is taken ends it', async () => {
  const env = { REDIS_URL: redis.url, API_KEYS: 'ann:free:key', PORT: '0', METRICS_PORT: String(redis.port) }
  const child = spawnApi('main', env)
  const [[code], words] = await Promise.all([once(child, 'exit'), text(child.stderr)])
  expect(code).toBe(1)
  expect(words).toContain('EADDRINUSE')
})
