import { afterEach, describe, expect, test, vi } from 'vitest'
import { FixedWindowRateLimiter, StoreError, type Take, type TakeReply } from '../src/index.ts'
import { GatedStore, RecordingStore, rejection, turns } from './support.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const onWorkers = () => vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
const onVercelEdge = () => vi.stubGlobal('EdgeRuntime', 'edge-runtime')
const limiterOn = (store: RecordingStore, more: object = {}) =>
  new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1m', ...more })

describe.each([
  ['Cloudflare Workers', onWorkers],
  ['the edge runtime of Vercel', onVercelEdge],
])('on %s', (_, stub) => {
  test('a call does not wait for what another request has under way', async () => {
    stub()
    const store = new GatedStore()
    const limiter = limiterOn(store)
    const first = limiter.limit('a')
    await turns()
    const second = limiter.limit('a')
    await turns()
    expect(store.held).toBe(2)
    store.release()
    store.release()
    expect([(await first).allowed, (await second).allowed]).toEqual([true, true])
  })

  test('calls of one turn share a command', async () => {
    stub()
    const store = new RecordingStore()
    const limiter = limiterOn(store)
    const decisions = await Promise.all(['a', 'a', 'b'].map((id) => limiter.limit(id)))
    expect(decisions).toMatchObject([{ remaining: 9 }, { remaining: 8 }, { remaining: 9 }])
    expect(store.lists.map((list) => list.map(({ times }) => times))).toEqual([[2, 1]])
  })

  test('each has a deadline of its own', async () => {
    stub()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const store = new RecordingStore({ take: () => new Promise(() => undefined) })
    const limiter = limiterOn(store, { breaker: false })
    const errors: unknown[] = []
    limiter.limit('a').catch((error) => errors.push(error))
    await vi.advanceTimersByTimeAsync(600)
    limiter.limit('a').catch((error) => errors.push(error))
    await vi.advanceTimersByTimeAsync(400)
    expect(errors).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(600)
    expect(errors).toHaveLength(2)
  })

  test('the breaker knows of all requests', async () => {
    stub()
    const take = async (_: readonly Take[]): Promise<readonly TakeReply[]> => {
      throw new Error('connection lost')
    }
    const store = new RecordingStore({ take })
    const limiter = limiterOn(store)
    for (let i = 0; i < 8; i++) expect(await rejection(limiter.limit('a'))).toBeInstanceOf(StoreError)
    expect(store.sent).toBe(5)
  })
})

test('elsewhere a call waits for the command that is under way, and others join it', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Node.js/22' })
  const store = new GatedStore()
  const limiter = limiterOn(store)
  const first = limiter.limit('a')
  await turns()
  const others = [limiter.limit('a'), limiter.limit('a')]
  await turns()
  expect(store.held).toBe(1)
  store.release()
  await first
  await turns()
  store.release()
  await Promise.all(others)
  expect(store.lists.map((list) => list.map(({ times }) => times))).toEqual([[1], [2]])
})
