import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type FaultProxy, type RedisServer, startFaultProxy, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkHistory } from '../src/history/check.ts'
import { Recorder } from '../src/history/recorder.ts'
import type { Violation } from '../src/history/violation.ts'

const ROUNDS = 60
const CALLERS = 10

let server: RedisServer
let proxy: FaultProxy

beforeAll(async () => {
  server = await startRedis()
  proxy = await startFaultProxy({ targetPort: server.port, protocol: 'resp', seed: 1, rate: 0, kinds: ['cut-after'] })
})

afterAll(async () => {
  await proxy.stop()
  await server.stop()
})

/** Calls among connections that are cut after the server ran the script. */
async function violationsOf(name: string, redis: Redis): Promise<readonly Violation[]> {
  redis.on('error', () => {}) // each call reports its failure itself
  const recorder = new Recorder()
  const store = new IoredisStore(redis, { clientRetries: 'allow' })
  const limiter = recorder.record(
    new FixedWindowRateLimiter({ name, store, limit: 10_000, window: '1h', deadlineMs: 10_000 }),
  )
  const before = proxy.totalInjected
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 6 === 5) proxy.next('cut-after')
    await Promise.all(Array.from({ length: CALLERS }, (_, i) => limiter.limit(`user_${i}`)))
  }
  expect(proxy.totalInjected - before).toBeGreaterThan(5)
  expect(recorder.pending).toBe(0)
  redis.disconnect()
  return checkHistory(recorder.history())
}

describe('where connections are cut after the server ran a script', () => {
  it('ioredis on its default options is caught charging twice', async () => {
    const violations = await violationsOf('default', new Redis({ port: proxy.port }))
    expect(violations).toContainEqual(
      expect.objectContaining({ invariant: 'I8', rule: 'units were charged that no call took' }),
    )
  })

  it('ioredis on the recommended options charges once', async () => {
    expect(await violationsOf('recommended', new Redis({ ...recommendedOptions, port: proxy.port }))).toEqual([])
  })
})
