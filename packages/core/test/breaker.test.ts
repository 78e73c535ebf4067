import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { MemoryStore } from '../../memory/src/index.ts'
import {
  type BreakerChange,
  type BreakerOptions,
  FixedWindowRateLimiter,
  StoreError,
  type Take,
  type TakeReply,
} from '../src/index.ts'
import { RecordingStore, rejection, thrown } from './support.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Answers, fails or hangs as told. */
class PatientStore extends RecordingStore {
  mode: 'answers' | 'fails' | 'hangs' = 'answers'

  override take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    const answer = super.take(takes)
    if (this.mode === 'hangs') return new Promise(() => undefined)
    return this.mode === 'fails' ? Promise.reject(new Error('connection lost')) : answer
  }
}

function limiterWith(breaker: boolean | BreakerOptions | undefined) {
  const store = new PatientStore()
  const changes: BreakerChange[] = []
  const observed =
    typeof breaker === 'object' ? { onChange: (c: BreakerChange) => changes.push(c), ...breaker } : breaker
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1000, window: '1m', breaker: observed })
  return { store, limiter, changes }
}

async function fail(limiter: FixedWindowRateLimiter, times: number): Promise<void> {
  for (let i = 0; i < times; i++) expect(await rejection(limiter.limit(`id ${i}`))).toBeInstanceOf(StoreError)
}

const notAsked = { outcome: 'not-executed', message: 'the store did not answer before, and was not asked' }

describe('a store that fails', () => {
  test('is not asked any more after five failures in a row, and the error says so', async () => {
    const { store, limiter } = limiterWith(undefined)
    store.mode = 'fails'
    await fail(limiter, 5)
    expect(store.sent).toBe(5)
    const error = await rejection(limiter.limit('a'))
    expect(error).toMatchObject(notAsked)
    expect((error as StoreError).cause).toMatchObject({ outcome: 'unknown', message: 'the store failed' })
    await fail(limiter, 100)
    expect(store.sent).toBe(5)
  })

  test('is asked on where an answer came between', async () => {
    const { store, limiter } = limiterWith(undefined)
    for (let i = 0; i < 10; i++) {
      store.mode = 'fails'
      await fail(limiter, 4)
      store.mode = 'answers'
      expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
    }
  })

  test('is asked by one call in each probeAfterMs, and the first answer brings all back', async () => {
    const { store, limiter, changes } = limiterWith({ failures: 2, probeAfterMs: 300 })
    store.mode = 'fails'
    await fail(limiter, 10)
    expect(store.sent).toBe(2)
    vi.advanceTimersByTime(299)
    await fail(limiter, 10)
    expect(store.sent).toBe(2)
    vi.advanceTimersByTime(1)
    await fail(limiter, 10)
    expect(store.sent).toBe(3)
    store.mode = 'answers'
    await fail(limiter, 1)
    vi.advanceTimersByTime(300)
    for (let i = 0; i < 3; i++) expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
    expect(changes).toMatchObject([
      { name: 'api', store: 'store', state: 'open', error: { outcome: 'unknown' } },
      { name: 'api', store: 'store', state: 'closed' },
    ])
  })

  test('fails refund and reset at once as well, and an unasked refund can be repeated', async () => {
    const { store, limiter } = limiterWith({ failures: 1 })
    const decision = await limiter.limit('a')
    store.mode = 'fails'
    await fail(limiter, 1)
    expect(await rejection(limiter.refund(decision))).toMatchObject(notAsked)
    expect(await rejection(limiter.reset('a'))).toMatchObject(notAsked)
    expect([store.refunds, store.clears]).toEqual([[], []])
    store.mode = 'answers'
    vi.advanceTimersByTime(500)
    expect(await limiter.refund(decision)).toBe(true)
    expect(await limiter.peek('a')).toMatchObject({ remaining: 1000 })
  })

  test('is asked on and on with breaker: false', async () => {
    const { store, limiter } = limiterWith(false)
    store.mode = 'fails'
    await fail(limiter, 50)
    expect(store.sent).toBe(50)
  })

  test('a counter that cannot be read says nothing about the store', async () => {
    const poisoned = new StoreError('the counter holds no count', { outcome: 'not-executed' })
    const store = new RecordingStore({ take: async (takes) => takes.map(() => poisoned) })
    const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1m' })
    for (let i = 0; i < 20; i++) expect(await rejection(limiter.limit('a'))).toBe(poisoned)
    expect(store.sent).toBe(20)
  })
})

describe('a store that hangs', () => {
  test('costs no further call its deadline, nor those that wait', async () => {
    const { store, limiter, changes } = limiterWith({ failures: 1 })
    store.mode = 'hangs'
    const first = rejection(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(900)
    const waiting = rejection(limiter.limit('b'))
    await vi.advanceTimersByTimeAsync(100)
    expect(await first).toMatchObject({ outcome: 'unknown' })
    expect(await waiting).toMatchObject(notAsked)
    expect(await rejection(limiter.limit('c'))).toMatchObject(notAsked)
    expect(changes).toMatchObject([{ state: 'open' }])
    expect(store.sent).toBe(1)
  })

  test('is probed while probes before it still hang', async () => {
    const { store, limiter, changes } = limiterWith({ failures: 1 })
    store.mode = 'hangs'
    void rejection(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1500)
    void rejection(limiter.limit('b'))
    await vi.advanceTimersByTimeAsync(500)
    expect(store.sent).toBe(2)
    store.mode = 'answers'
    expect(await limiter.limit('c')).toMatchObject({ allowed: true })
    expect(changes).toMatchObject([{ state: 'open' }, { state: 'closed' }])
  })
})

test('a fallback store answers at once while the store is not asked, and has a breaker of its own', async () => {
  const changes: BreakerChange[] = []
  const store = new PatientStore()
  const onStoreError = new PatientStore()
  const breaker = { failures: 1, onChange: (change: BreakerChange) => changes.push(change) }
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 5, window: '1m', onStoreError, breaker })
  store.mode = 'fails'
  for (let i = 0; i < 3; i++) expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'fallback' })
  expect([store.sent, onStoreError.sent]).toEqual([1, 3])
  onStoreError.mode = 'fails'
  for (let i = 0; i < 3; i++) expect(await rejection(limiter.limit('a'))).toBeInstanceOf(StoreError)
  expect(onStoreError.sent).toBe(4)
  expect(changes).toMatchObject([{ store: 'store' }, { store: 'fallback' }])
})

test('an observer that throws does not make the limiter fail', async () => {
  const onChange = () => {
    throw new Error('from the observer')
  }
  const { store, limiter } = limiterWith({ failures: 1, onChange })
  store.mode = 'fails'
  await fail(limiter, 2)
  store.mode = 'answers'
  vi.advanceTimersByTime(500)
  expect(await limiter.limit('a')).toMatchObject({ allowed: true })
})

test('nor does one that rejects end the process', async () => {
  const unheard = vi.fn()
  process.on('unhandledRejection', unheard)
  onTestFinished(() => void process.off('unhandledRejection', unheard))
  const onChange = async (): Promise<void> => {
    throw new Error('from the observer')
  }
  const { store, limiter } = limiterWith({ failures: 1, onChange })
  store.mode = 'fails'
  await fail(limiter, 2)
  await new Promise((resolve) => setImmediate(resolve))
  expect(unheard).not.toHaveBeenCalled()
})

describe('fallbackShare', () => {
  test('is the share of each limit that the fallback store applies, rounded down', async () => {
    const store = new PatientStore()
    store.mode = 'fails'
    const windows = [
      { limit: 10, window: '1s' },
      { limit: 7, window: '1m' },
    ]
    const fallback = { onStoreError: new MemoryStore(), fallbackShare: 0.5 }
    const limiter = new FixedWindowRateLimiter({ name: 'api', store, windows, ...fallback })
    const decision = await limiter.limit('a')
    expect(decision).toMatchObject({ source: 'fallback', windows: [{ limit: 5 }, { limit: 3 }], remaining: 2 })
    expect(await limiter.limit('a', { limit: [100, 5] })).toMatchObject({ windows: [{ limit: 50 }, { limit: 2 }] })
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 0 })
    expect(await limiter.limit('a')).toMatchObject({ allowed: false })
  })

  test('leaves the limits of the store as they are', async () => {
    const store = new MemoryStore()
    const options = { name: 'api', store, limit: 10, window: '1m', onStoreError: new MemoryStore(), fallbackShare: 0.1 }
    expect(await new FixedWindowRateLimiter(options).limit('a')).toMatchObject({ limit: 10 })
  })

  test.each([0, -1, 1.01, Number.NaN, '0.5', null])('%j is refused', (fallbackShare) => {
    const options = { name: 'api', store: new MemoryStore(), limit: 10, window: '1m', fallbackShare } as never
    expect(thrown(() => new FixedWindowRateLimiter(options))).toMatchObject({ option: 'fallbackShare' })
  })
})

test.each([
  ['breaker.failures', { failures: 0 }],
  ['breaker.probeAfterMs', { probeAfterMs: 0.5 }],
  ['breaker.probeAfterMs', { probeAfterMs: 2 ** 31 }],
  ['breaker.onChange', { onChange: 'log' }],
  ['breaker', { failure: 5 }],
  ['breaker', 5],
  ['breaker', null],
])('a wrong %s is refused', (option, breaker) => {
  const options = { name: 'api', store: new MemoryStore(), limit: 10, window: '1m', breaker } as never
  expect(thrown(() => new FixedWindowRateLimiter(options))).toMatchObject({ name: 'OptionError', option })
})
