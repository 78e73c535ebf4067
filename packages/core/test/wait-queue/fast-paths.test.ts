import { expect, test } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { ClockedStore, fakeTime, pass } from './clocked-store.ts'

fakeTime()

const LONG = { maxWaitMs: 3_600_000 }

test('over a deny cache, calls wait no longer than without, and what comes back is handed on', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 2, fastPaths: [denyCache({ maxAgeMs: 600_000 })] }), LONG)
  const first = await queue.limit('a', { cost: 2 })
  const calls = [1, 1, 1].map((cost) => watch(queue.limit('a', { cost })))
  await pass(0)
  expect(store.takes).toHaveLength(1)
  await queue.refund(first, { cost: 1 })
  await pass(0)
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'pending', 'pending'])
  await pass(30_001)
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved'])
})

test('over a lease, the limit holds, order is kept, and every window is used up', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 20, fastPaths: [lease({ share: 0.5, maxAgeMs: 600_000 })] }), LONG)
  const admitted: { readonly nth: number; readonly at: number }[] = []
  for (let nth = 0; nth < 70; nth++) queue.limit('a').then(() => admitted.push({ nth, at: Date.now() }))
  await pass(0)
  for (let edge = 0; edge < 3; edge++) await pass(60_000)
  expect(admitted.map(({ nth }) => nth)).toEqual(admitted.map((_, i) => i))
  expect(admitted).toHaveLength(70)
  const perWindow = new Map<number, number>()
  for (const { at } of admitted)
    perWindow.set(Math.floor(at / 60_000), (perWindow.get(Math.floor(at / 60_000)) ?? 0) + 1)
  expect([...perWindow.values()]).toEqual([20, 20, 20, 10])
})
