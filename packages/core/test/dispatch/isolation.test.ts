import { afterEach, describe, expect, test, vi } from 'vitest'
import { StoreError } from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { rejection, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const onWorkers = () => vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
const onVercelEdge = () => vi.stubGlobal('EdgeRuntime', 'edge-runtime')

describe.each([
  ['Cloudflare Workers', onWorkers],
  ['the edge runtime of Vercel', onVercelEdge],
])('on %s', (_, stub) => {
  test('a call does not wait for what another request has under way', async () => {
    stub()
    const store = new FakeStore()
    store.isHolding = true
    const limiter = limiterOn(store)
    const first = limiter.limit('a')
    await turns()
    const second = limiter.limit('a')
    await turns()
    expect(store.held).toBe(2)
    store.release(2)
    expect([(await first).allowed, (await second).allowed]).toEqual([true, true])
  })

  test('calls of one turn share a command, also those of several limiters', async () => {
    stub()
    const store = new FakeStore()
    const [limiter, other] = [limiterOn(store), limiterOn(store, { name: 'other' })]
    const calls = [...['a', 'a', 'b'].map((id) => limiter.limit(id)), other.limit('a')]
    expect(await Promise.all(calls)).toMatchObject([
      { remaining: 9 },
      { remaining: 8 },
      { remaining: 9 },
      { remaining: 9 },
    ])
    expect(store.sent).toEqual([['a 2x1', 'b 1x1', 'a 1x1']])
  })

  test('each has its own deadline and timer', async () => {
    stub()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const store = new FakeStore()
    store.fate = 'hang'
    const limiter = limiterOn(store, { breaker: false })
    const first = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(600)
    const second = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1)
    expect(vi.getTimerCount()).toBe(2)
    await vi.advanceTimersByTimeAsync(399)
    expect([first.state, second.state]).toEqual(['rejected', 'pending'])
    await vi.advanceTimersByTimeAsync(600)
    expect(second.state).toBe('rejected')
  })

  test('the breaker knows of all requests and limiters', async () => {
    stub()
    const store = new FakeStore()
    store.fate = 'fail'
    const limiters = [limiterOn(store), limiterOn(store, { name: 'other' })]
    for (let i = 0; i < 4; i++) {
      for (const limiter of limiters) expect(await rejection(limiter.limit('a'))).toBeInstanceOf(StoreError)
    }
    expect(store.commands).toHaveLength(5)
  })

  test('a turn ends also where queueMicrotask is faked, as Jest does', async () => {
    stub()
    vi.useFakeTimers({ toFake: ['queueMicrotask'] })
    const store = new FakeStore()
    store.isHolding = true
    const limiter = limiterOn(store)
    const first = limiter.limit('a')
    await turns()
    const second = limiter.limit('b')
    await turns()
    expect(store.held).toBe(2)
    store.release(2)
    await Promise.all([first, second])
  })

  test('refund, reset and drain work', async () => {
    stub()
    const store = new FakeStore()
    const limiter = limiterOn(store)
    expect(await limiter.refund(await limiter.limit('a'))).toBe(true)
    await limiter.limit('a', { cost: 10 })
    await limiter.reset('a')
    await limiter.drain()
    expect(await limiter.limit('a')).toMatchObject({ remaining: 9 })
  })
})

test('elsewhere a call waits for the command that is under way, and others join it', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Node.js/22' })
  const store = new FakeStore()
  store.isHolding = true
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
  expect(store.sent).toEqual([['a 1x1'], ['a 2x1']])
})
