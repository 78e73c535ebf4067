import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Actions } from '../../src/messages.ts'
import { ProcessLimits } from '../../src/server/process-limits.ts'
import { limiterOf, opened } from './support.ts'

const bob = { limiter: 'api', id: 'bob' }

afterEach(() => {
  vi.useRealTimers()
})

describe('commands', () => {
  test('are at most ten within any second, whatever dashboards they are of', async () => {
    vi.useFakeTimers()
    const limits = new ProcessLimits()
    const pages = [opened({}, limits), opened({}, limits)]
    const sent: number[] = []
    for (let turn = 0; turn < 100; turn++) {
      const path = (['trial', 'lookup', 'reset', 'refund'] as const)[turn % 4] as keyof Actions
      const body = path === 'refund' ? { ...bob, units: 1 } : bob
      const answer = await pages[turn % 2]?.post(path, body)
      if (answer?.status === 200) sent.push(...Array(path === 'refund' ? 2 : 1).fill(performance.now()))
      else expect(answer).toMatchObject({ status: 429, body: { error: { code: 'busy' } } })
      if (answer?.status === 429) expect(answer.headers.get('retry-after')).toBe('1')
      await vi.advanceTimersByTimeAsync(23)
    }
    for (const at of sent) expect(sent.filter((each) => each >= at && each < at + 1000).length).toBeLessThanOrEqual(10)
    expect(sent.length).toBeGreaterThan(20)
  })

  test('of look-ups leave three for changes', async () => {
    vi.useFakeTimers()
    const { post } = opened()
    const lookups = await Promise.all(Array.from({ length: 12 }, () => post('lookup', bob)))
    expect(lookups.filter(({ status }) => status === 200)).toHaveLength(7)
    expect(await post('reset', bob)).toMatchObject({ status: 200 })
    expect(await post('refund', { ...bob, units: 1 })).toMatchObject({ status: 200 })
    expect(await post('reset', bob)).toMatchObject({ status: 429 })
    await vi.advanceTimersByTimeAsync(1001)
    expect(await post('lookup', bob)).toMatchObject({ status: 200 })
  })

  test('are the script alone: never a scan, and none for what is only shown', async () => {
    const server = await startRedis()
    const redis = new Redis({ ...recommendedOptions, port: server.port })
    const limiter = limiterOf({ store: new IoredisStore(redis) })
    const { get, post, stream, page } = opened({ limiters: [limiter], deniedMost: 'plain' })
    for (let call = 0; call < 7; call++) await limiter.limit('bob')
    await redis.config('RESETSTAT')
    for (const path of ['', 'page.js', 'page.css']) await get(path)
    const reader = await stream()
    await reader.next('snapshot')
    await post('denied', {})
    const commands = async (): Promise<Record<string, string>> => {
      const lines = (await redis.info('commandstats')).matchAll(/cmdstat_([\w|]+):calls=(\d+)/g)
      return Object.fromEntries(Array.from(lines, ([, name, calls]) => [name, calls]))
    }
    expect(Object.keys(await commands()).filter((name) => !/^(config|info)/.test(name))).toEqual([])
    for (const path of ['lookup', 'trial', 'reset'] as const) {
      expect(await post(path, bob)).toMatchObject({ status: 200 })
    }
    expect((await post('refund', { ...bob, units: 1 })).body).toEqual({ windows: [{ givenBack: 0 }] })
    const { evalsha, ...others } = await commands()
    expect(evalsha).toBe('5')
    expect(Object.keys(others)).not.toEqual(expect.arrayContaining([expect.stringMatching(/scan|keys|dbsize/)]))
    page.close()
    redis.disconnect()
    await server.stop()
  })
})
