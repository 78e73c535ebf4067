import type { RedisServer } from '@rl/test-servers'
import { expect } from 'vitest'
import { type Result, spawnDemo } from './spawn-demo.ts'

/** Part one's minute may end in its midst. */
const CLASSIC_OK =
  /^ {3}(1 window, 100 of 100 admitted|2 windows, at most 100 of 100 admitted in one), never more .*: ok$/m

export function expectGoodRun({ exit, stdout, stderr }: Result): void {
  expect(stderr).toBe('')
  expect(stdout).toMatch(CLASSIC_OK)
  expect(stdout).toMatch(/\d+ windows, at most 40 of 40 admitted in one, never more than the limit: ok/)
  expect(stdout).toMatch(/40\/40 admitted, \d+ denied/)
  expect(stdout).not.toContain('\x1b')
  expect(exit).toBe(0)
}

/** A run of four processes on one Redis. */
export async function expectRunOnRedis(store: 'ioredis' | 'node-redis' | 'mixed', redis: RedisServer): Promise<void> {
  const result = await spawnDemo(['--store', store], { REDIS_URL: redis.url }).result
  expectGoodRun(result)
  expect(result.stdout).toContain(`4 processes share 40 calls per second, counted by Redis at 127.0.0.1:${redis.port}`)
  const adapters = [...result.stdout.matchAll(/^ {3}[A-D] (\S+), pid \d+/gm)].map(([, adapter]) => adapter)
  const pair = store === 'mixed' ? ['ioredis', 'node-redis'] : [store, store]
  expect(adapters).toEqual([...pair, ...pair])
}
