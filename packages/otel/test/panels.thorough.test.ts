import { setTimeout as sleep } from 'node:timers/promises'
import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type Prometheus, startPrometheus, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Api, KEYS, startApi } from '../../../apps/http-api/test/start-api.ts'
import { EXPECTED } from './expected-panels.ts'
import { PANELS } from './queries.ts'
import { startService } from './service.ts'

const DAY_MS = 86_400_000
/** Enough samples to round off the addition of Prometheus for the ends of the range: at most 2.2 divided by this. */
const SAMPLES = 80

const PATIENCE = { timeout: 60_000, interval: 50 }

let prometheus: Prometheus
/** The test's calls came after this, and were scraped before `until`. */
let since: number
let until: number

const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  // No denial of a day's limit may fall into the next day.
  const leftMs = DAY_MS - (Date.now() % DAY_MS)
  if (leftMs < 60_000) await sleep(leftMs)

  const [redis, gone] = await Promise.all([startRedis(), startRedis()])
  closing.push(redis.stop, gone.stop)
  const [api, stranded] = await Promise.all([
    startApi(redis, { METRICS_PORT: '0' }),
    startApi(gone, { METRICS_PORT: '0', REDIS_DEADLINE_MS: '300' }),
  ])
  closing.push(api.stop, stranded.stop)
  const service = await startService()
  closing.push(service.stop)
  const jobs = { api: metricsOf(api), stranded: metricsOf(stranded), service: service.url }
  prometheus = await startPrometheus({ jobs, scrapeIntervalMs: 50 })
  closing.push(prometheus.stop)

  await useUpDay(redis.url)
  await gone.kill()
  await vi.waitFor(async () => expect(await withoutRedis(stranded)).toBe('local'), PATIENCE)
  const cause = async (): Promise<void> => {
    await causeInApi(api)
    for (let i = 0; i < 5; i++) expect(await withoutRedis(stranded)).toBe('local')
    await service.cause()
  }
  await cause() // before, as Prometheus sees no increase in the first value of a series
  await scraped()
  since = Date.now()
  await scraped() // the values that increases begin from
  await cause()
  await scraped()
  const samples = 'min(count_over_time(rl_decisions_total[1h]))'
  const before = await figure(samples)
  await vi.waitFor(async () => expect(await figure(samples)).toBeGreaterThan(before + SAMPLES), PATIENCE)
  until = Date.now()
}, 240_000)

afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

/** Resolves when Prometheus has read all that happened before. */
async function scraped(): Promise<void> {
  const now = Date.now() / 1000
  await vi.waitFor(async () => expect(await figure('min(timestamp(up))')).toBeGreaterThan(now), PATIENCE)
}

async function figure(query: string): Promise<number> {
  return (await prometheus.query(query))[0]?.value ?? 0
}

async function causeInApi(api: Api): Promise<void> {
  for (let i = 0; i < 3; i++) expect((await api.get('/v1/random', KEYS.bob)).status).toBe(200)
  for (let i = 0; i < 2; i++) expect((await api.get('/v1/random', KEYS.ann)).status).toBe(429)
  expect((await api.get('/')).status).toBe(200)
}

/** A request that is counted in memory. Says where limits are counted then. */
async function withoutRedis(api: Api): Promise<unknown> {
  expect((await api.get('/v1/random', KEYS.bob)).status).toBe(200)
  return ((await (await api.get('/health')).json()) as { limits: unknown }).limits
}

function metricsOf(api: Api): string {
  return /metrics at ([^"\s]+)/.exec(api.log())?.[1] ?? ''
}

async function useUpDay(url: string): Promise<void> {
  const client = new Redis(url, { ...recommendedOptions, socketTimeout: 30_000 })
  const options = { name: 'accounts', store: new IoredisStore(client), limit: 1000, window: '1d' } as const
  await new FixedWindowRateLimiter({ ...options, deadlineMs: 30_000 }).limit('ann', { cost: 1000 })
  client.disconnect()
}

test('each panel has its expected values', () => {
  expect(PANELS.map(({ title }) => title)).toEqual(Object.keys(EXPECTED))
})

test.each(PANELS.map((panel) => [panel.title, panel] as const))('%s', async (title, { targets }) => {
  for (const [i, { expr, legendFormat }] of targets.entries()) {
    const found = await shown(expr, legendFormat)
    const expected = EXPECTED[title]?.[i] ?? {}
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
    const isCount = expr.startsWith('sum') && expr.includes('rate(') && !expr.includes(' / ')
    for (const [name, value] of Object.entries(expected)) {
      const seen = (found[name] ?? Number.NaN) * (isCount ? (until - since) / 1000 : 1)
      if (typeof value === 'object') {
        expect(seen, name).toBeGreaterThanOrEqual(value.from)
        expect(seen, name).toBeLessThanOrEqual(value.to)
      } else expect(isCount ? Math.round(seen) : seen, name).toBe(value)
    }
  }
})

/** The values of a panel, by its legend. */
async function shown(expr: string, legendFormat: string): Promise<Record<string, number>> {
  const range = `${until - since}ms`
  const query = expr.replaceAll('$__rate_interval', range).replaceAll(/\$(job|policy|store)\b/g, '.*')
  const found = (await prometheus.query(query, until)).map(({ labels, value }) => [
    legendFormat
      .replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '')
      .replaceAll(/ +/g, ' ')
      .trim(),
    value,
  ])
  // How often Redis is asked while it is gone depends on time.
  return Object.fromEntries(found.filter(([name]) => name !== 'redis not-executed' && name !== 'redis unknown'))
}
