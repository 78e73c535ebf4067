import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { clientIp, cloudflareAddress } from '@rl/http/client-ip'
import { rateLimit } from '@rl/http/fetch'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PATIENCE, type Windows } from './adapters.ts'

let server: RedisServer
let redis: Redis
beforeAll(async () => {
  server = await startRedis()
  redis = new Redis({ ...recommendedOptions, ...PATIENCE, port: server.port })
})
afterAll(async () => {
  redis?.disconnect()
  await server?.stop()
})
beforeEach(() => redis.flushall())

function limiterOf(name: string, options: Windows): FixedWindowRateLimiter {
  const store = new IoredisStore(redis)
  return new FixedWindowRateLimiter({ name, store, deadlineMs: 30_000, ...options } as LimiterOptions<'throw'>)
}

describe('what an invented identifier costs a server is what docs/scale.md says', () => {
  const lines = readFileSync(join(import.meta.dirname, '../docs/scale.md'), 'utf8').split('\n')
  /** Redis's tables of keys grow by powers of two: full ones leave nothing of their size to chance. */
  const count = 2 ** 14
  const day = { limit: 10, window: '1d' } as const
  const windows = [{ limit: 10, window: '1s' }, { limit: 10, window: '1h' }, day] as const

  test.each<[string, (i: number) => string, Windows]>([
    ['a UUID, one window', () => crypto.randomUUID(), day],
    ['a UUID, windows of a second, an hour and a day', () => crypto.randomUUID(), { windows }],
    ['128 bytes that the key encodes, the most costly', (i) => `${i}`.padEnd(128, '{'), day],
    ['anything longer, as the key has its hash', (i) => `${i}`.padEnd(1000, 'x'), day],
  ])('%s', async (name, idOf, options) => {
    const cells = lines.find((line) => line.startsWith(`| ${name} `))?.split('|') ?? []
    const limiter = limiterOf('api', options)
    const fill = async (from: number, to: number): Promise<void> => {
      for (let i = from; i < to; i += 512) {
        await Promise.all(Array.from({ length: 512 }, (_, j) => limiter.limit(idOf(i + j))))
      }
    }
    // Leaves the script and buffers behind, which the identifiers are not charged with.
    await fill(0, 512)
    await redis.flushall()
    const before = await usedMemory()
    await fill(0, count)
    const bytes = ((await usedMemory()) - before) / count
    expect(await redis.dbsize()).toBe(count)
    const documented = Number(cells[2])
    // Versions of Redis differ a little.
    expect(bytes).toBeGreaterThan(documented * 0.85)
    expect(bytes).toBeLessThan(documented * 1.15)
    expect(cells[3]?.trim()).toBe(`${((documented * 1000 * 86_400) / 1e9).toFixed(1)} GB`)
  })

  async function usedMemory(): Promise<number> {
    return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
  }
})

test('behind a limit on its address, a flood of invented keys leaves no more than the limit, also beside an exhausted key', async () => {
  const first = { anchor: 'first-hit', window: '1d' } as const
  const perAddress = limiterOf('address', { limit: 60, ...first })
  const perKey = limiterOf('key', { limit: 5, ...first })
  const limitedByAddress = rateLimit({ limiter: perAddress, key: clientIp({ address: cloudflareAddress }) })
  const limitedByKey = rateLimit({
    limiter: perKey,
    key: (request: Request) => request.headers.get('x-api-key') ?? 'none',
  })
  const handler = limitedByAddress(limitedByKey(() => new Response()))
  const ask = async (address: string, key: string): Promise<number> => {
    const headers = { 'cf-connecting-ip': address, 'x-api-key': key }
    return (await handler(new Request('https://api.example/', { headers }))).status
  }
  const statuses: number[] = []
  for (let i = 0; i < 200; i++) {
    await ask('203.0.113.8', 'exhausted')
    statuses.push(await ask('203.0.113.7', crypto.randomUUID()))
  }
  // 60 invented keys, the exhausted one, and two addresses.
  expect(await redis.dbsize()).toBe(63)
  expect(statuses).toEqual([...Array(60).fill(200), ...Array(140).fill(429)])
})
