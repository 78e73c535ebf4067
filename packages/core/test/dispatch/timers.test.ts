import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeStore, REFUSED } from '../support/fake-store.ts'
import { rejection, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Counts the timers set from now on that keep the process alive. */
function countTimers(): () => number {
  const pending = new Set<NodeJS.Timeout>()
  const { setTimeout, clearTimeout } = globalThis
  vi.stubGlobal('setTimeout', (callback: () => void, ms?: number) => {
    const timer = setTimeout(() => {
      pending.delete(timer)
      callback()
    }, ms)
    pending.add(timer)
    return timer
  })
  vi.stubGlobal('clearTimeout', (timer: NodeJS.Timeout) => {
    pending.delete(timer)
    clearTimeout(timer)
  })
  return () => [...pending].filter((timer) => timer.hasRef()).length
}

describe('no timer keeps the process alive', () => {
  let timers: () => number
  let store: FakeStore

  beforeEach(() => {
    store = new FakeStore()
    timers = countTimers()
  })

  const PATIENT = { deadlineMs: 600_000 }

  test('once all answers are there', async () => {
    const limiter = limiterOn(store, PATIENT)
    store.isHolding = true
    const answers = [limiter.limit('a'), limiter.limit('b'), limiter.peek('a')]
    await turns()
    expect(timers()).toBe(1)
    store.release()
    const [decision] = await Promise.all(answers)
    if (decision === undefined) throw new Error('no decision')
    const later = limiter.limit('c')
    await turns()
    expect(timers()).toBe(1)
    store.isHolding = false
    store.release()
    await later
    await limiter.refund(decision)
    await limiter.reset('a')
    await turns()
    expect(timers()).toBe(0)
  })

  test('after a failure or a bad identifier', async () => {
    store.fate = 'fail'
    const limiter = limiterOn(store, PATIENT)
    expect((await Promise.allSettled([limiter.limit('a'), limiter.limit('')])).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ])
    await rejection(limiter.reset('a'))
    await turns()
    expect(timers()).toBe(0)
  })

  test.each(['limit', 'reset'] as const)('after the only %s was aborted before it was sent', async (method) => {
    const limiter = limiterOn(store, PATIENT)
    const controller = new AbortController()
    const gone = rejection(limiter[method]('a', { signal: controller.signal }))
    controller.abort()
    await gone
    await turns()
    expect(store.commands).toEqual([])
    expect(timers()).toBe(0)
  })

  test('after what was refused for the moment was aborted', async () => {
    store.fate = REFUSED
    const limiter = limiterOn(store, PATIENT)
    const controller = new AbortController()
    const gone = rejection(limiter.limit('a', { signal: controller.signal }))
    await turns()
    controller.abort()
    await gone
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(timers()).toBe(0)
  })

  test('while the breaker is open', async () => {
    store.fate = 'hang'
    const limiter = limiterOn(store, { deadlineMs: 40, breaker: { failures: 1 } })
    await Promise.allSettled([limiter.limit('a'), limiter.limit('b')])
    await rejection(limiter.limit('c'))
    await turns()
    expect(timers()).toBe(0)
  })
})

describe('with fake timers', () => {
  test('that begin while a timer runs, a call is answered, and one that hangs fails by the faked clock', async () => {
    const store = new FakeStore()
    const limiter = limiterOn(store)
    await limiter.limit('a')
    vi.useFakeTimers()
    expect(await limiter.limit('a')).toMatchObject({ remaining: 8 })
    store.fate = 'hang'
    const call = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(999)
    expect(call.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(2)
    await vi.advanceTimersToNextTimerAsync()
    expect(call.state).toBe('rejected')
  })

  test('that end while a timer runs, a call that hangs still fails', async () => {
    const store = new FakeStore()
    const limiter = limiterOn(store, { deadlineMs: 50 })
    vi.useFakeTimers()
    await limiter.limit('a')
    vi.useRealTimers() // discards the timer that was set
    expect(await limiter.limit('a')).toMatchObject({ remaining: 8 })
    store.fate = 'hang'
    expect(await rejection(limiter.limit('a'))).toMatchObject({ message: 'the store did not answer within 50 ms' })
  })

  test('that begin and end and begin again, everything goes on', async () => {
    const store = new FakeStore()
    const limiter = limiterOn(store, { limit: 100, deadlineMs: 50, breaker: false })
    for (let i = 0; i < 3; i++) {
      store.fate = 'answer'
      vi.useFakeTimers()
      await limiter.limit('a')
      store.fate = 'hang'
      const call = watch(limiter.limit('a'))
      await vi.advanceTimersByTimeAsync(60)
      await vi.advanceTimersByTimeAsync(0)
      expect(call.state).toBe('rejected')
      vi.useRealTimers()
      expect(await rejection(limiter.limit('a'))).toMatchObject({ message: 'the store did not answer within 50 ms' })
    }
  })

  test('that fake everything there is, a call is answered without a timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] })
    const limiter = limiterOn(new FakeStore())
    const call = watch(limiter.limit('a'))
    for (let i = 0; i < 50; i++) await Promise.resolve()
    expect(call).toMatchObject({ state: 'resolved', value: { allowed: true } })
  })
})
