import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type OnStoreError, StoreError } from '../../src/index.ts'
import { FakeStore, T0, ThrowingStore } from '../support/fake-store.ts'
import { rejection, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const DOWN = new StoreError('down', { outcome: 'not-executed' })
const PLAIN = new Error('socket closed')
const LOST = new Error('connection lost')

/** The ways in which a store can fail a call. */
const FAILURES: [how: string, make: () => FakeStore, error: object][] = [
  ['rejects with a StoreError', () => failing((store) => (store.fate = DOWN)), DOWN],
  ['rejects with another error', () => failing((store) => (store.fate = 'fail')), { outcome: 'unknown', cause: LOST }],
  [
    'rejects with no error at all',
    () => failing((store) => (store.apply = () => Promise.reject(undefined))),
    { outcome: 'unknown', cause: undefined },
  ],
  ['throws at once', () => new ThrowingStore(), { outcome: 'unknown', cause: PLAIN }],
  ['fails the take alone', () => failing((store) => (store.change = () => DOWN)), DOWN],
  ['sends nonsense', () => failing((store) => (store.apply = () => Promise.resolve([]))), { outcome: 'unknown' }],
  [
    'answers at once and throws',
    () => failing((store) => (store.fate = 'fail'), FakeStore.atOnce()),
    { outcome: 'unknown', cause: LOST },
  ],
  ['answers at once with an error', () => failing((store) => (store.change = () => DOWN), FakeStore.atOnce()), DOWN],
  [
    'answers at once with nonsense',
    () => failing((store) => (store.change = () => 5), FakeStore.atOnce()),
    { outcome: 'unknown' },
  ],
]

function failing(how: (store: FakeStore) => unknown, store: FakeStore = new FakeStore()): FakeStore {
  how(store)
  return store
}

const limiterWith = (store: FakeStore, onStoreError?: OnStoreError) =>
  limiterOn(store, { limit: 3, deadlineMs: 700, onStoreError: onStoreError as 'throw' })

describe.each(FAILURES)('a store that %s', (_, make, error) => {
  test.each([undefined, 'throw'] as const)('with onStoreError %s, rejects the call', async (onStoreError) => {
    const limiter = limiterWith(make(), onStoreError)
    for (const method of ['limit', 'isAllowed', 'peek'] as const) {
      const failure = await rejection(limiter[method]('a'))
      expect(failure).toBeInstanceOf(StoreError)
      expect(failure).toMatchObject(error)
    }
  })

  test("with onStoreError 'allow', admits it and says so", async () => {
    const limiter = limiterWith(make(), 'allow')
    const decision = await limiter.limit('a', { cost: 2 })
    expect(decision).toMatchObject({
      allowed: true,
      id: 'a',
      cost: 2,
      retryAfterMs: 0,
      source: 'failure-policy',
      error,
    })
    expect(Object.keys(decision).sort()).toEqual(['allowed', 'cost', 'error', 'id', 'retryAfterMs', 'source'])
    expect(await limiter.isAllowed('a')).toBe(true)
  })

  test("with onStoreError 'deny', denies it and says so", async () => {
    const limiter = limiterWith(make(), 'deny')
    const decision = await limiter.limit('a', { cost: 2 })
    expect(decision).toMatchObject({
      allowed: false,
      id: 'a',
      cost: 2,
      retryAfterMs: 700,
      source: 'failure-policy',
      error,
    })
    expect(Object.keys(decision).sort()).toEqual(['allowed', 'cost', 'error', 'id', 'retryAfterMs', 'source'])
    expect(await limiter.isAllowed('a')).toBe(false)
  })

  test('with a fallback store, asks that one', async () => {
    const fallback = new FakeStore()
    const limiter = limiterWith(make(), fallback)
    const answers = [
      limiter.limit('a', { cost: 2 }),
      limiter.limit('a', { cost: 2 }),
      limiter.limit('b'),
      limiter.peek('b'),
    ]
    expect(await Promise.all(answers)).toMatchObject([
      { id: 'a', allowed: true, remaining: 1, source: 'fallback' },
      { id: 'a', allowed: false, remaining: 1, source: 'fallback', retryAfterMs: 30_000 },
      { id: 'b', allowed: true, remaining: 2, source: 'fallback' },
      { id: 'b', allowed: true, remaining: 2, source: 'fallback' },
    ])
    expect(fallback.commands.length).toBeLessThanOrEqual(make().capabilities === undefined ? 1 : 4)
  })
})

describe('a fallback store', () => {
  let store: FakeStore
  let fallback: FakeStore

  beforeEach(() => {
    store = new FakeStore()
    fallback = new FakeStore()
  })

  const limiter = () => limiterWith(store, fallback)

  test('is left alone while the store answers', async () => {
    const one = limiterOn(store, { limit: 1, onStoreError: fallback })
    const decisions = [await one.limit('a'), await one.limit('a'), await one.peek('a')]
    expect(decisions.map(({ source, allowed }) => [source, allowed])).toEqual([
      ['store', true],
      ['store', false],
      ['store', false],
    ])
    expect(fallback.commands).toEqual([])
  })

  test('gets the refund of what it admitted, and the store the refund of what the store admitted', async () => {
    store.fate = DOWN
    const one = limiter()
    const fallen = await one.limit('a')
    store.fate = 'answer'
    const own = await one.limit('a')
    expect(await one.refund(fallen)).toBe(true)
    expect([store.sent.flat(), fallback.sent.flat()]).toEqual([
      ['a 1x1', 'a 1x1'],
      ['a 1x1', 'a -1'],
    ])
    expect(await one.refund(own)).toBe(true)
    expect(store.sent.flat().at(-1)).toBe('a -1')
  })

  test('is reset together with the store', async () => {
    await limiter().reset('a')
    expect(store.operations).toMatchObject([{ kind: 'clear', scope: 'api', id: 'a' }])
    expect(fallback.operations).toEqual(store.operations)
  })

  test('that fails too rejects the call with its own failure', async () => {
    store.fate = DOWN
    fallback.fate = 'fail'
    expect(await rejection(limiter().limit('a'))).toMatchObject({ outcome: 'unknown', cause: LOST })
  })

  test('that proves that nothing ran, after the store may have run it, rejects with the store’s failure', async () => {
    store.fate = 'lose'
    fallback.fate = DOWN
    expect(await rejection(limiter().limit('a'))).toMatchObject({ outcome: 'unknown', cause: LOST })
  })

  test('that proves that nothing ran, as the store does, rejects so', async () => {
    store.fate = DOWN
    fallback.fate = DOWN
    expect(await rejection(limiter().limit('a'))).toMatchObject({ outcome: 'not-executed' })
  })

  test('applies the limit and the cost of the call', async () => {
    store.fate = DOWN
    const options = { limit: 9, cost: 4 }
    expect(await limiter().limit('a', options)).toMatchObject({ limit: 9, cost: 4, remaining: 5, source: 'fallback' })
    expect(await limiter().peek('a', options)).toMatchObject({ allowed: true, remaining: 5, source: 'fallback' })
  })

  test('applies its share of each limit, rounded down, and the store the limits as they are', async () => {
    const windows = [
      { limit: 10, window: '1s' },
      { limit: 7, window: '1m' },
    ]
    const shared = limiterOn(store, { windows, onStoreError: fallback, fallbackShare: 0.5 })
    expect(await shared.limit('b')).toMatchObject({ windows: [{ limit: 10 }, { limit: 7 }] })
    store.fate = DOWN
    const decision = await shared.limit('a')
    expect(decision).toMatchObject({ source: 'fallback', windows: [{ limit: 5 }, { limit: 3 }], remaining: 2 })
    expect(await shared.limit('a', { limit: [100, 5] })).toMatchObject({ windows: [{ limit: 50 }, { limit: 2 }] })
    expect(await shared.limit('a')).toMatchObject({ allowed: true, remaining: 0 })
    expect(await shared.limit('a')).toMatchObject({ allowed: false })
  })

  test('charges no call that was aborted while the store was asked', async () => {
    store.fate = 'lose'
    store.isHolding = true
    const controller = new AbortController()
    const one = limiter()
    const gone = rejection(one.limit('a', { signal: controller.signal }))
    const stays = one.limit('a')
    await turns()
    controller.abort(PLAIN)
    expect(await gone).toBe(PLAIN)
    store.release()
    expect(await stays).toMatchObject({ allowed: true, remaining: 2, source: 'fallback' })
    expect(fallback.sent).toEqual([['a 1x1']])
  })

  test('charges no call that was aborted while it waited for the fallback', async () => {
    store.fate = DOWN
    fallback.isHolding = true
    const one = limiter()
    const first = one.limit('a')
    await turns()
    expect(fallback.held).toBe(1)
    const controller = new AbortController()
    const gone = rejection(one.limit('b', { signal: controller.signal }))
    await turns()
    controller.abort(PLAIN)
    expect(await gone).toBe(PLAIN)
    fallback.release()
    await first
    await turns()
    expect(fallback.sent).toEqual([['a 1x1']])
  })

  test('charges no call that was aborted just when the store had failed', async () => {
    store.fate = 'fail'
    const controller = new AbortController()
    const breaker = { failures: 1, onChange: () => controller.abort(PLAIN) }
    const one = limiterOn(store, { onStoreError: fallback, breaker })
    expect(await rejection(one.limit('a', { signal: controller.signal }))).toBe(PLAIN)
    await turns()
    expect(fallback.commands).toEqual([])
  })

  describe('with fake timers', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    test('does not make a call last longer than its deadline', async () => {
      store.fate = 'hang'
      fallback.fate = 'hang'
      const answer = watch(limiter().limit('a'))
      await vi.advanceTimersByTimeAsync(350)
      expect(fallback.commands).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(349)
      expect(answer.state).toBe('pending')
      await vi.advanceTimersByTimeAsync(1)
      expect(answer).toMatchObject({ state: 'rejected', value: { name: 'StoreError', outcome: 'unknown' } })
    })

    test('gets half of the deadline, so that it can still answer', async () => {
      store.fate = 'hang'
      const answer = watch(limiter().limit('a'))
      await vi.advanceTimersByTimeAsync(349)
      expect(answer.state).toBe('pending')
      await vi.advanceTimersByTimeAsync(1)
      expect(answer).toMatchObject({ state: 'resolved', value: { source: 'fallback' } })
    })
  })

  test('of several limiters is one, with one dispatcher', async () => {
    store.fate = 'fail'
    const limiters = Array.from({ length: 3 }, (_, i) => limiterOn(store, { name: `l${i}`, onStoreError: fallback }))
    await Promise.all(limiters.map((each) => each.limit('a')))
    expect(fallback.commands).toHaveLength(1)
  })
})

describe('refund and reset', () => {
  test.each(['throw', 'allow', 'deny'] as const)(
    "reject with a StoreError also with onStoreError '%s'",
    async (policy) => {
      const store = new FakeStore()
      const limiter = limiterWith(store, policy)
      const decision = await limiter.limit('a')
      store.fate = 'fail'
      for (const promise of [limiter.refund(decision), limiter.reset('a')]) {
        const error = await rejection(promise)
        expect(error).toBeInstanceOf(StoreError)
        expect(error).toMatchObject({ outcome: 'unknown', cause: LOST })
      }
    },
  )

  test('a reset of which one store fails rejects', async () => {
    const [store, fallback] = [new FakeStore(), new FakeStore()]
    fallback.fate = 'fail'
    expect(await rejection(limiterWith(store, fallback).reset('a'))).toMatchObject({ name: 'StoreError', cause: LOST })
    expect(store.sent).toEqual([['a clear']])
  })
})

test('time is the clock of the store, wherever that stands', async () => {
  const store = new FakeStore()
  store.now = 12
  const limiter = limiterOn(store, { limit: 1, window: 10 })
  expect(await limiter.limit('a')).toMatchObject({ resetAt: 20 })
  expect(await limiter.limit('a')).toMatchObject({ allowed: false, retryAfterMs: 8 })
  store.now = T0 * 1000
  expect(await limiter.limit('a')).toMatchObject({ allowed: true, resetAt: T0 * 1000 + 10 })
})
