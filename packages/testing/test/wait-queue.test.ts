import { FixedWindowRateLimiter } from '@rl/core'
import { waitQueue } from '@rl/core/wait-queue'
import { afterEach, expect, test, vi } from 'vitest'
import { testStore } from '../src/index.ts'
import { set } from './support.ts'

afterEach(() => vi.useRealTimers())

const HOUR = { limit: 1, window: '1h' }

test('drain asks for those that wait: nobody waits for a timer', async () => {
  const { clock, limiterWith } = set()
  const queue = waitQueue(limiterWith(HOUR), { maxWaitMs: 7_200_000 })
  const first = await queue.limit('user_123')
  const waiting = [queue.limit('user_123'), queue.limit('user_123')]
  await queue.peek('user_123')
  clock.advanceToReset(first)
  await queue.drain()
  const [second, third] = await Promise.all(waiting)
  expect(second).toBeAllowed({ remaining: 0 })
  expect(third).toBeDenied({ retryAfterMs: 3_600_000 })
})

test('a call that would wait too long is denied at once', async () => {
  const { clock, limiterWith } = set()
  const queue = waitQueue(limiterWith(HOUR), { maxWaitMs: 60_000 })
  await queue.limit('user_123')
  expect(await queue.limit('user_123')).toBeDenied({ retryAfterMs: 3_600_000 })
  clock.advance('59m')
  const waits = queue.limit('user_123')
  await queue.peek('user_123')
  await queue.drain()
  expect(await waits).toBeDenied({ retryAfterMs: 60_000, source: 'store' })
})

test('under fake timers, one clock moves windows and waiting calls', async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
  const limiter = new FixedWindowRateLimiter({ name: 'api', store: testStore({ clock: 'system' }), ...HOUR })
  const queue = waitQueue(limiter, { maxWaitMs: 7_200_000 })
  const admitted: number[] = []
  const crawl = async (page: number): Promise<void> => {
    if (await queue.isAllowed('user_123')) admitted.push(page)
  }
  const pages = [crawl(1), crawl(2), crawl(3)]
  await vi.advanceTimersByTimeAsync(0)
  expect(admitted).toEqual([1])
  await vi.advanceTimersByTimeAsync(3_600_100)
  expect(admitted).toEqual([1, 2])
  await vi.advanceTimersByTimeAsync(3_600_100)
  expect(admitted).toEqual([1, 2, 3])
  await Promise.all(pages)
})
