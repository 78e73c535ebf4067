import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type BreakerChange,
  type BreakerOptions,
  type FixedWindowRateLimiter,
  OptionError,
  StoreError,
} from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { rejection, thrown, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

let store: FakeStore
let changes: BreakerChange[]
let onChange: (change: BreakerChange) => void

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  store = new FakeStore()
  changes = []
  onChange = (change) => changes.push(change)
})
afterEach(() => {
  vi.useRealTimers()
})

const limiterWith = (breaker: boolean | BreakerOptions | undefined, options: object = {}) =>
  limiterOn(store, { limit: 1000, breaker, ...options })

async function fail(limiter: FixedWindowRateLimiter, times: number): Promise<void> {
  for (let i = 0; i < times; i++) expect(await rejection(limiter.limit(`id ${i}`))).toBeInstanceOf(StoreError)
}

const notAsked = { outcome: 'not-executed', message: expect.stringMatching(/^the store was not asked/) }

describe('a store that fails', () => {
  beforeEach(() => {
    store.fate = 'fail'
  })

  test('is not asked any more after five failures in a row, and the error says why and for how long', async () => {
    const limiter = limiterWith(undefined)
    await fail(limiter, 5)
    expect(store.commands).toHaveLength(5)
    vi.advanceTimersByTime(150)
    const error = await rejection(limiter.limit('a'))
    const message = 'the store was not asked, as it has not answered for 150 ms (the store failed)'
    expect(error).toMatchObject({ outcome: 'not-executed', message })
    expect((error as StoreError).cause).toMatchObject({ outcome: 'unknown', message: 'the store failed' })
    await fail(limiter, 100)
    expect(store.commands).toHaveLength(5)
  })

  test('is asked on where an answer came between', async () => {
    const limiter = limiterWith(undefined)
    for (let i = 0; i < 10; i++) {
      store.fate = 'fail'
      await fail(limiter, 4)
      store.fate = 'answer'
      expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
    }
  })

  test('is asked by one call in each probeAfterMs, and the first answer brings all back', async () => {
    const limiter = limiterWith({ failures: 2, probeAfterMs: 300, onChange })
    await fail(limiter, 10)
    expect(store.commands).toHaveLength(2)
    vi.advanceTimersByTime(299)
    await fail(limiter, 10)
    expect(store.commands).toHaveLength(2)
    vi.advanceTimersByTime(1)
    await fail(limiter, 10)
    expect(store.commands).toHaveLength(3)
    store.fate = 'answer'
    await fail(limiter, 1)
    vi.advanceTimersByTime(300)
    for (let i = 0; i < 3; i++) expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
    expect(changes).toEqual([
      { store: 'store', state: 'open', error: expect.any(StoreError) },
      { store: 'store', state: 'closed' },
    ])
  })

  test('fails refund and reset at once as well, and an unasked refund can be repeated', async () => {
    const limiter = limiterWith({ failures: 1 })
    store.fate = 'answer'
    const decision = await limiter.limit('a')
    store.fate = 'fail'
    await fail(limiter, 1)
    expect(await rejection(limiter.refund(decision))).toMatchObject(notAsked)
    expect(await rejection(limiter.reset('a'))).toMatchObject(notAsked)
    expect(store.commands).toHaveLength(2)
    store.fate = 'answer'
    vi.advanceTimersByTime(500)
    expect(await limiter.refund(decision)).toBe(true)
    expect(await limiter.peek('a')).toMatchObject({ remaining: 1000 })
  })

  test.each(['refund', 'reset'] as const)('counts when it fails a %s', async (method) => {
    const limiter = limiterWith({ failures: 1, onChange })
    store.fate = 'answer'
    const decision = await limiter.limit('a')
    store.fate = 'fail'
    await rejection(method === 'refund' ? limiter.refund(decision) : limiter.reset('a'))
    expect(changes).toMatchObject([{ state: 'open' }])
  })

  test('is asked on and on with breaker: false', async () => {
    const limiter = limiterWith(false)
    await fail(limiter, 50)
    expect(store.commands).toHaveLength(50)
  })

  test('is the same whichever limiters it fails: after five, all of them fail at once', async () => {
    const limiters = Array.from({ length: 8 }, (_, i) => limiterWith(undefined, { name: `limiter-${i}` }))
    for (const limiter of limiters) await fail(limiter, 1)
    expect(store.commands).toHaveLength(5)
    expect(await rejection(limiterWith(undefined, { name: 'made later' }).limit('a'))).toMatchObject(notAsked)
  })

  test('fails by its own count alone, though another store fails as well', async () => {
    const other = new FakeStore()
    await fail(limiterWith({ failures: 1 }), 1)
    expect(await limiterOn(other).limit('a')).toMatchObject({ allowed: true })
  })
})

test('a counter that can’t be read says nothing about the store', async () => {
  const poisoned = new StoreError('the counter holds no count', { outcome: 'not-executed' })
  store.change = () => poisoned
  const limiter = limiterWith({ failures: 1 })
  for (let i = 0; i < 20; i++) expect(await rejection(limiter.limit('a'))).toBe(poisoned)
  expect(store.commands).toHaveLength(20)
})

test('a command of which any operation was answered does not count', async () => {
  const limiter = limiterWith({ failures: 1, onChange })
  store.change = (reply, { id }) => (id === 'bad' ? new Error('odd') : reply)
  for (let i = 0; i < 5; i++) {
    const [good, bad] = await Promise.allSettled([limiter.limit('good'), limiter.limit('bad')])
    expect([good, bad]).toMatchObject([{ status: 'fulfilled' }, { reason: { outcome: 'unknown' } }])
  }
  expect(changes).toEqual([])
})

test('a store that answers at once has a breaker as well', async () => {
  store = FakeStore.atOnce()
  store.fate = 'throw'
  const limiter = limiterWith({ failures: 3, onChange })
  await fail(limiter, 10)
  expect(store.commands).toHaveLength(3)
  store.fate = 'answer'
  vi.advanceTimersByTime(200)
  expect(await limiter.limit('a')).toMatchObject({ allowed: true })
  expect(changes).toMatchObject([{ state: 'open' }, { state: 'closed' }])
})

test('a malformed reply of a store that answers at once counts as a failure', async () => {
  store = FakeStore.atOnce()
  store.change = () => ({ now: -1 })
  await fail(limiterWith({ failures: 3 }), 10)
  expect(store.commands).toHaveLength(3)
})

describe('a store that hangs', () => {
  beforeEach(() => {
    store.fate = 'hang'
  })

  test('costs no further call its deadline, nor those that wait', async () => {
    const limiter = limiterWith({ failures: 1, onChange })
    const first = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(900)
    const waiting = watch(limiter.limit('b'))
    await vi.advanceTimersByTimeAsync(100)
    expect(first).toMatchObject({ state: 'rejected', value: { outcome: 'unknown' } })
    expect(waiting).toMatchObject({ state: 'rejected', value: notAsked })
    expect(await rejection(limiter.limit('c'))).toMatchObject(notAsked)
    expect(changes).toMatchObject([{ state: 'open' }])
    expect(store.commands).toHaveLength(1)
  })

  test('is probed while probes before it still hang', async () => {
    const limiter = limiterWith({ failures: 1, onChange })
    void rejection(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1500)
    void rejection(limiter.limit('b'))
    await vi.advanceTimersByTimeAsync(500)
    expect(store.commands).toHaveLength(2)
    store.fate = 'answer'
    expect(await limiter.limit('c')).toMatchObject({ allowed: true })
    expect(changes).toMatchObject([{ state: 'open' }, { state: 'closed' }])
  })

  test('is late only past the longest deadline in use on it', async () => {
    const patient = limiterWith(undefined, { name: 'patient', deadlineMs: 2000 })
    const hasty = limiterWith({ failures: 1, onChange }, { name: 'hasty', deadlineMs: 100 })
    store.fate = 'answer'
    await patient.limit('a')
    store.fate = 'hang'
    const call = watch(hasty.limit('a'))
    await vi.advanceTimersByTimeAsync(1900)
    expect(call).toMatchObject({ state: 'rejected', value: { outcome: 'unknown' } })
    expect(changes).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(changes).toMatchObject([{ state: 'open' }])
  })

  test('counts each late command once, also if it fails in the end', async () => {
    store.fate = 'lose'
    store.isHolding = true
    const limiter = limiterWith({ failures: 2, onChange })
    void rejection(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1000)
    store.release()
    await turns()
    expect(changes).toEqual([])
  })
})

describe('a late reply', () => {
  test('closes the breaker', async () => {
    store.isHolding = true
    const limiter = limiterWith({ failures: 1, onChange })
    const call = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(call.state).toBe('rejected')
    expect(changes).toMatchObject([{ state: 'open' }])
    store.release()
    await turns()
    expect(changes).toMatchObject([{ state: 'open' }, { state: 'closed' }])
  })

  test('within the longest deadline counts as an answer, though its own callers gave up', async () => {
    const hasty = limiterWith({ failures: 2, onChange }, { name: 'hasty', deadlineMs: 100 })
    limiterWith(undefined, { name: 'patient', deadlineMs: 2000 })
    store.isHolding = true
    for (let i = 0; i < 6; i++) {
      const call = watch(hasty.limit(`u${i}`))
      await vi.advanceTimersByTimeAsync(300)
      expect(call.state).toBe('rejected')
      store.release()
      await turns()
    }
    expect(changes).toEqual([])
  })
})

test('a command that fails counts, though its own callers gave up before', async () => {
  const hasty = limiterWith({ failures: 2, onChange }, { name: 'hasty', deadlineMs: 100 })
  limiterWith(undefined, { name: 'patient', deadlineMs: 2000 })
  store.isHolding = true
  store.fate = 'lose'
  for (let i = 0; i < 2; i++) {
    const call = watch(hasty.limit(`u${i}`))
    await vi.advanceTimersByTimeAsync(300)
    expect(call.state).toBe('rejected')
    store.release()
    await turns()
  }
  expect(changes).toMatchObject([{ state: 'open' }])
})

describe('settings', () => {
  test('of the first limiter that names any are those of the store', async () => {
    const limiter = limiterWith(undefined)
    limiterWith({ failures: 2, onChange }, { name: 'second' })
    store.fate = 'fail'
    await fail(limiter, 10)
    expect(store.commands).toHaveLength(2)
    expect(changes).toHaveLength(1)
  })

  test('that are equal may be named again', () => {
    for (let i = 0; i < 3; i++) limiterWith({ failures: 2, onChange }, { name: `limiter-${i}` })
    expect(() => limiterWith(undefined)).not.toThrow()
  })

  test.each<[string, boolean | BreakerOptions]>([
    ['other failures', { failures: 3 }],
    ['another probeAfterMs', { failures: 2, probeAfterMs: 1000 }],
    ['another callback', { failures: 2, onChange: () => {} }],
    ['none at all', false],
    ['the defaults', true],
  ])('that are different are refused: %s', (_, other) => {
    store.capabilities = { label: 'my redis' }
    limiterWith({ failures: 2 })
    const error = thrown(() => limiterWith(other, { name: 'other' }))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'breaker', message: expect.stringContaining('"my redis"') })
  })

  test('of stores that share a client are shared', () => {
    const client = {}
    limiterOn(new FakeStore({ sharedBy: client }), { breaker: { failures: 2 } })
    const other = () => limiterOn(new FakeStore({ sharedBy: client }), { breaker: { failures: 3 } })
    expect(thrown(other)).toMatchObject({ option: 'breaker' })
  })

  test.each([
    ['breaker.failures', { failures: 0 }],
    ['breaker.probeAfterMs', { probeAfterMs: 0.5 }],
    ['breaker.probeAfterMs', { probeAfterMs: 2 ** 31 }],
    ['breaker.onChange', { onChange: 'log' }],
    ['breaker', { failure: 5 }],
    ['breaker', new Map([['failures', 1]])],
    ['breaker', 5],
    ['breaker', null],
  ])('a wrong %s is refused', (option, breaker) => {
    expect(thrown(() => limiterWith(breaker as never))).toMatchObject({ name: 'OptionError', option })
  })
})

test('a fallback store answers while the store is not asked, and has its own breaker, named by its label', async () => {
  store = new FakeStore({ label: 'ioredis' })
  const fallback = new FakeStore({ label: 'memory' })
  const limiter = limiterWith({ failures: 1, onChange }, { limit: 5, onStoreError: fallback })
  store.fate = 'fail'
  for (let i = 0; i < 3; i++) expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'fallback' })
  expect([store.commands.length, fallback.commands.length]).toEqual([1, 3])
  fallback.fate = 'fail'
  for (let i = 0; i < 3; i++) expect(await rejection(limiter.limit('a'))).toBeInstanceOf(StoreError)
  expect(fallback.commands).toHaveLength(4)
  expect(changes).toMatchObject([{ store: 'ioredis' }, { store: 'memory' }])
})
