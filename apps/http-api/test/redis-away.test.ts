import { startRedis } from '@rl/test-servers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tally } from './counters.ts'
import { KEYS, startApi } from './start-api.ts'

const PATIENCE = { timeout: 30_000 }

// Long enough for a busy machine, and short beside what the test may take: once Redis is dead the first calls wait for it.
const REDIS_DEADLINE_MS = '3000'

test('while Redis is away an instance admits its share, says so, and goes back by itself', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const api = await startApi(redis, { INSTANCES: '4', REDIS_DEADLINE_MS })
  onTestFinished(() => api.stop())
  const limits = async (): Promise<unknown> => ((await (await api.get('/health')).json()) as { limits: unknown }).limits
  const ask = (): Promise<Response> => api.get('/v1/random', KEYS.ann)
  expect((await ask()).status).toBe(200)
  expect(await limits()).toBe('shared')

  await redis.kill()
  // A quarter of 60 in a minute, of which two may be touched.
  const statuses = await tally(Array.from({ length: 40 }, ask))
  expect([15, 30]).toContain(statuses[200])
  expect(statuses).toEqual({ 200: statuses[200], 429: 40 - (statuses[200] ?? 0) })
  // Once enough commands have failed in a row.
  await vi.waitFor(async () => {
    await ask()
    expect(await limits()).toBe('local')
  }, PATIENCE)
  expect(api.log()).toContain('counts in memory')

  const again = await startRedis({ port: redis.port })
  onTestFinished(() => again.stop())
  await vi.waitFor(async () => {
    await ask()
    expect(await limits()).toBe('shared')
  }, PATIENCE)
})
