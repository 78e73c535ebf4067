import { FixedWindowRateLimiter } from '@rl/core'
import { expect, test } from 'vitest'
import { MemoryStore } from '../src/index.ts'

test('resetAll forgets all identifiers of one limiter, in all their windows, and none of another', async () => {
  let now = 1_700_000_000_250
  const store = new MemoryStore({ now: () => now })
  const windows = [
    { limit: 2, window: '1h' as const },
    { limit: 5, window: '1d' as const, anchor: 'first-hit' as const },
  ]
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, windows })
  const other = new FixedWindowRateLimiter({ name: 'other', store, windows })
  const before = await limiter.limit('ann', { cost: 2 })
  await limiter.limit('bob')
  await other.limit('ann')

  store.resetAll('api')
  store.resetAll('nobody')
  for (const id of ['ann', 'bob']) {
    expect((await limiter.peek(id)).windows.map(({ remaining }) => remaining)).toEqual([2, 5])
  }
  expect(await other.peek('ann')).toMatchObject({ remaining: 1 })

  now += 1 // a first-hit window that opens at the same moment would be the same
  await limiter.limit('ann')
  expect(await limiter.refund(before)).toBe(false)
  expect(await limiter.peek('ann')).toMatchObject({ remaining: 1 })
  now += 86_400_000
  expect(store.size).toBe(0)
})
