import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test, vi } from 'vitest'
import type { RateLimiter } from '../../src/index.ts'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { ClockedStore, fakeTime, pass } from './clocked-store.ts'

fakeTime()

const LONG = { maxWaitMs: 2 ** 53 - 1 }

test.each([
  ['1m', 0.5, 50],
  ['1m', 0.999, 99],
  ['200ms', 0.5, 5],
])(
  'after the end of a window of %s, a queue waits for a share of %s of its jitter',
  async (window, random, jitterMs) => {
    vi.spyOn(Math, 'random').mockReturnValue(random)
    const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1, window }), LONG)
    const { resetAfterMs } = await queue.limit('a')
    await queue.limit('b')
    const calls = ['a', 'b'].map((id) => watch(queue.limit(id)))
    await pass(resetAfterMs + jitterMs - 1)
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending'])
    await pass(2)
    expect(calls.map(({ state }) => state)).toEqual(['resolved', 'resolved'])
  },
)

test('a wait may be longer than a timer can be', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 1, window: '60d', anchor: 'first-hit' }), LONG)
  await queue.limit('a')
  const call = watch(queue.limit('a'))
  await pass(60 * 86_400_000 - 1)
  expect(call.state).toBe('pending')
  expect(store.takes).toHaveLength(2)
  await pass(1)
  expect(call.state).toBe('resolved')
})

test('of several that wait for one edge, the one with the quickest answer knows best when that is', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 1 }), LONG)
  for (const id of ['a', 'b']) await queue.limit(id)
  store.isHolding = true
  const calls = [watch(queue.limit('a'))]
  await pass(500)
  store.isHolding = false
  store.release()
  await pass(0)
  calls.push(watch(queue.limit('b')))
  await pass(29_500)
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'resolved'])
})

test('several edges are waited for by one timer each', async () => {
  const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1, anchor: 'first-hit' }), LONG)
  const calls: ReturnType<typeof watch>[] = []
  for (const id of ['a', 'b', 'c']) {
    await queue.limit(id)
    calls.push(watch(queue.limit(id)))
    await pass(1000)
  }
  expect(vi.getTimerCount()).toBe(3)
  await pass(57_000)
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'pending', 'pending'])
  await pass(1000)
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'pending'])
})

test('a timer that went with the fake ones is made up for by the next call', async () => {
  const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), LONG)
  await queue.limit('a')
  const calls = [watch(queue.limit('a'))]
  await pass(0)
  vi.clearAllTimers()
  await pass(45_000)
  expect(calls[0]?.state).toBe('pending')
  calls.push(watch(queue.limit('a')))
  await pass(0)
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'pending'])
})

test('a timer keeps the process alive only while somebody waits', async () => {
  const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), LONG)
  await queue.limit('a')
  await pass(2000)
  expect(vi.getTimerCount()).toBe(0)
  watch(queue.limit('a'))
  await pass(2000)
  expect(vi.getTimerCount()).toBe(1)
  await pass(30_000)
  expect(vi.getTimerCount()).toBe(0)
})

test('where requests are isolated, each call waits by itself, by its own timer', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 2 }), LONG)
  vi.unstubAllGlobals()
  await queue.limit('a', { cost: 2 })
  const leaver = new AbortController()
  const calls = [1, 1, 1].map((cost, i) =>
    watch(queue.limit('a', i === 0 ? { cost, signal: leaver.signal } : { cost })),
  )
  await pass(2000)
  expect(vi.getTimerCount()).toBe(3)
  leaver.abort()
  expect(vi.getTimerCount()).toBe(2)
  await pass(28_000)
  expect(calls.map(({ state }) => state)).toEqual(['rejected', 'resolved', 'resolved'])
})

describe('the async context', () => {
  const context = new AsyncLocalStorage<string>()

  test('of a caller is the one in which the limiter is asked for it', async () => {
    const limiter = limiterOn(new ClockedStore(), { limit: 1 })
    const asked: unknown[] = []
    const watched: RateLimiter = Object.assign(Object.create(limiter), {
      name: limiter.name,
      windows: limiter.windows,
      limit: (id: string) => {
        asked.push(context.getStore())
        return limiter.limit(id)
      },
    })
    const queue = waitQueue(watched, LONG)
    for (const name of ['first', 'second', 'third']) context.run(name, () => watch(queue.limit('a')))
    await pass(0)
    await pass(30_000)
    await pass(60_000)
    // The first two denials are those of the calls that were sent beside the first one.
    expect(asked).toEqual(['first', 'second', 'third', 'second', 'third'])
  })

  test('of no caller is kept by a timer', async () => {
    const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), LONG)
    await queue.limit('a')
    const contexts: unknown[] = []
    const { setTimeout } = globalThis
    vi.stubGlobal('setTimeout', (callback: () => void, ms?: number) => {
      contexts.push(context.getStore())
      return setTimeout(callback, ms)
    })
    context.run('request', () => watch(queue.limit('a', { cost: 0 })))
    context.run('request', () => watch(queue.limit('a')))
    await turns(20)
    vi.unstubAllGlobals()
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    expect(contexts.length).toBeGreaterThan(0)
    expect(new Set(contexts)).toEqual(new Set([undefined]))
  })
})
