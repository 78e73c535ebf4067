import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { lease } from '../../src/fast-paths/index.ts'
import type { FixedWindowRateLimiter, Operation } from '../../src/index.ts'
import { FakeStore, REFUSED } from '../support/fake-store.ts'
import { inTurn, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** A client that fails whatever is asked after it was closed. */
class ClosableStore extends FakeStore {
  isClosed = false

  override apply(operations: readonly Operation[]): ReturnType<FakeStore['apply']> {
    return this.isClosed ? Promise.reject(new Error('the client is closed')) : super.apply(operations)
  }
}

const PATIENT = { deadlineMs: 60_000 }

describe('drain', () => {
  test('with nothing asked resolves at once, and again', async () => {
    const limiter = limiterOn(new FakeStore())
    await limiter.drain()
    await limiter.limit('a')
    await Promise.all([limiter.drain(), limiter.drain()])
  })

  test('waits for calls in flight, so that the client can be closed without failing one', async () => {
    const store = new ClosableStore()
    store.isHolding = true
    const limiter = limiterOn(store, PATIENT)
    const sent = limiter.limit('a')
    await turns()
    const calls = [sent, limiter.limit('b'), limiter.limit('b'), limiter.peek('c'), limiter.reset('d')]
    const drained = watch(limiter.drain())
    store.release()
    await turns()
    expect(drained.state).toBe('pending')
    store.release(store.held)
    await turns()
    expect(drained.state).toBe('resolved')
    store.isClosed = true
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(Array(5).fill('fulfilled'))
  })

  test('sends at once what waits behind a command without a reply', async () => {
    const store = new FakeStore()
    store.isHolding = true
    const limiter = limiterOn(store, PATIENT)
    const first = limiter.limit('a')
    await turns()
    const others = Array.from({ length: 600 }, (_, i) => limiter.limit(`u${i}`))
    const drained = limiter.drain()
    await turns()
    expect(store.operations).toHaveLength(601)
    store.release(store.held)
    await Promise.all([drained, first, ...others])
  })

  test('is no matter of what is asked after it', async () => {
    const store = new FakeStore()
    store.isHolding = true
    const limiter = limiterOn(store, PATIENT)
    const before = limiter.limit('before')
    await turns()
    const drained = watch(limiter.drain())
    // New load, all the time: each call is asked before the one before it is answered.
    const after: Promise<unknown>[] = []
    for (let i = 0; i < 10; i++) {
      after.push(limiter.limit(`after-${i}`))
      await turns(2)
      store.release()
    }
    await turns()
    expect(store.held + store.commands.length).toBeGreaterThan(2)
    expect(drained.state).toBe('resolved')
    store.isHolding = false
    store.release(store.held)
    await Promise.all([before, ...after])
  })

  test('waits for what other limiters of the store asked', async () => {
    const store = new FakeStore()
    store.isHolding = true
    const [one, other] = [limiterOn(store, PATIENT), limiterOn(store, { ...PATIENT, name: 'other' })]
    const call = other.limit('a')
    await turns()
    const drained = watch(one.drain())
    await turns()
    expect(drained.state).toBe('pending')
    store.release()
    await call
    await turns()
    expect(drained.state).toBe('resolved')
  })

  test('waits for what is to be sent again, and for calls that fail', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const store = new FakeStore()
    store.fate = ([operation]) => (operation?.id === 'refused' ? REFUSED : 'hang')
    const limiter = limiterOn(store)
    const calls = [watch(limiter.limit('hung'))]
    await turns()
    calls.push(watch(limiter.limit('refused')))
    const drained = watch(limiter.drain())
    await vi.advanceTimersByTimeAsync(900)
    expect(drained.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(100)
    expect(drained.state).toBe('resolved')
    expect(calls.map(({ state }) => state)).toEqual(['rejected', 'rejected'])
  })

  test('waits for what was refused before and waits for its retry', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const store = new FakeStore()
    store.fate = REFUSED
    const call = watch(limiterOn(store).limit('a'))
    await turns()
    expect(store.commands).toHaveLength(1)
    const drained = watch(limiterOn(store).drain())
    await turns()
    expect(drained.state).toBe('pending')
    store.fate = 'answer'
    await vi.advanceTimersByTimeAsync(200)
    expect([call.state, drained.state]).toEqual(['resolved', 'resolved'])
  })

  test('waits for the fallback store, also where it is asked only while the limiter drains', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const [store, fallback] = [new FakeStore(), new ClosableStore()]
    store.fate = 'hang'
    fallback.isHolding = true
    const limiter = limiterOn(store, { onStoreError: fallback })
    const call = watch(limiter.limit('a'))
    await turns()
    const drained = watch(limiter.drain())
    await vi.advanceTimersByTimeAsync(600)
    expect(fallback.held).toBe(1)
    expect(drained.state).toBe('pending')
    fallback.release()
    await turns()
    expect(drained.state).toBe('resolved')
    fallback.isClosed = true
    expect(call).toMatchObject({ state: 'resolved', value: { source: 'fallback' } })
  })

  test('does not wait for a caller that has aborted', async () => {
    const store = new FakeStore()
    const limiter = limiterOn(store)
    const controller = new AbortController()
    const call = watch(limiter.limit('a', { signal: controller.signal }))
    const drained = limiter.drain()
    controller.abort()
    await drained
    await turns()
    expect(call.state).toBe('rejected')
  })

  test('works on a store that answers at once, and one whose calls all fail', async () => {
    await limiterOn(FakeStore.atOnce()).drain()
    const store = new FakeStore()
    store.fate = 'fail'
    const limiter = limiterOn(store)
    const calls = Array.from({ length: 10 }, () => limiter.limit('a'))
    const settled = Promise.allSettled(calls)
    await limiter.drain()
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true)
  })
})

describe('drain gives prefetched units back', () => {
  const usedOf = async (store: FakeStore, id: string) =>
    1000 - (await limiterOn(store, { limit: 1000 }).peek(id)).remaining

  async function leased(store: FakeStore): Promise<FixedWindowRateLimiter> {
    const limiter = limiterOn(store, { limit: 1000, fastPaths: [lease()] })
    for (const id of ['a', 'b']) await inTurn(20, () => limiter.limit(id))
    expect(await usedOf(store, 'a')).toBeGreaterThan(20)
    return limiter
  }

  test('so that only what was served stays charged', async () => {
    const store = new FakeStore()
    const limiter = await leased(store)
    await limiter.drain()
    expect([await usedOf(store, 'a'), await usedOf(store, 'b')]).toEqual([20, 20])
    expect(store.operations.filter(({ kind }) => kind === 'adjust')).toHaveLength(2)
    await limiter.drain()
    expect(store.operations.filter(({ kind }) => kind === 'adjust')).toHaveLength(2)
  })

  test('once, with a token, where the client sends commands again by itself', async () => {
    const store = new FakeStore({ resends: true })
    const limiter = await leased(store)
    await limiter.drain()
    const { adjustments } = store
    expect(adjustments).toHaveLength(2)
    for (const { token } of adjustments) {
      expect(token?.id).toMatch(/^[\w-]{1,64}$/)
      expect(token?.until).toBeGreaterThan(store.now)
    }
    await store.apply(adjustments)
    expect([await usedOf(store, 'a'), await usedOf(store, 'b')]).toEqual([20, 20])
  })

  test('of the window they were taken from, and not of one that was reset since', async () => {
    const store = new FakeStore()
    const limiter = await leased(store)
    await limiterOn(store, { limit: 1000 }).reset('a')
    await limiterOn(store, { limit: 1000 }).limit('a', { cost: 500 })
    store.now += 1
    await limiter.drain()
    expect([await usedOf(store, 'a'), await usedOf(store, 'b')]).toEqual([500, 20])
  })

  test('and calls made later are served by the store', async () => {
    const store = new FakeStore()
    const limiter = await leased(store)
    await limiter.drain()
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store', remaining: 979 })
  })

  test('resolves where they can’t be given back', async () => {
    const unheard = vi.fn()
    process.on('unhandledRejection', unheard)
    onTestFinished(() => void process.off('unhandledRejection', unheard))
    const store = new FakeStore()
    const limiter = await leased(store)
    store.fate = 'fail'
    await limiter.drain()
    await turns()
    expect(unheard).not.toHaveBeenCalled()
  })
})
