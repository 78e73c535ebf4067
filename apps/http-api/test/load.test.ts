import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countAdmitted } from '../src/load/count.ts'
import { load } from '../src/load/measure.ts'
import { FULL, parseArguments, QUICK } from '../src/load/plan.ts'
import { Server } from '../src/load/server.ts'
import { LIMITED, SUBJECTS } from '../src/load/subjects.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

test.each(LIMITED.filter(({ label }) => label.includes('@rl')))(
  '$label: two processes admit exactly what is allowed',
  async ({ label }) => {
    const { requests, admitted, allowed } = await countAdmitted(label, redis)
    expect(requests).toBeGreaterThan(allowed)
    expect(admitted).toBe(allowed)
  },
)

test.each(SUBJECTS)('$label is loaded, and says what processor time it took', async ({ label }) => {
  await withServer(label, 1_000_000, async (server) => {
    const { requestsPerSecond, cpuMicros } = await load(server, { connections: 4, keys: 10 }, { times: 40 })
    expect(requestsPerSecond).toBeGreaterThan(0)
    expect(cpuMicros).toBeGreaterThan(0)
  })
})

test.each(LIMITED)('$label ends the run if it denies', async ({ label }) => {
  await withServer(label, 3, async (server) => {
    await expect(load(server, { connections: 4, keys: 1 }, { times: 40 })).rejects.toThrow('answered 429')
  })
})

test('arguments', () => {
  expect(parseArguments([])).toEqual({ plan: FULL, dry: false, report: false, help: false })
  expect(parseArguments(['--', '--quick', '--dry'])).toMatchObject({ plan: QUICK, dry: true })
  expect(() => parseArguments(['--quiet'])).toThrow('--quiet')
})

async function withServer(label: string, limit: number, use: (server: Server) => Promise<void>): Promise<void> {
  await redis.command('FLUSHALL')
  const server = await Server.start({ label, redisUrl: redis.url, limit, windowMs: 3_600_000 })
  try {
    await use(server)
  } finally {
    await server.stop()
  }
}
