import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, test } from 'vitest'
import { expectRunOnRedis } from './good-run.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())

test.each(['ioredis', 'node-redis'] as const)('--store %s: processes on one Redis', (store) =>
  expectRunOnRedis(store, redis),
)
