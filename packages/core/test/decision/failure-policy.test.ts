import { describe, expect, test, vi } from 'vitest'
import { type CounterStore, FixedWindowRateLimiter, type OnStoreError, StoreError } from '../src/index.ts'
import { GatedStore, RecordingStore, rejection, T0, turns } from './support.ts'

const DOWN = new StoreError('down', { outcome: 'not-executed' })
const PLAIN = new Error('socket closed')

/** The ways in which a store can fail a call. */
const FAILURES: [how: string, take: CounterStore['take'], error: object][] = [
  ['rejects with a StoreError', () => Promise.reject(DOWN), DOWN],
  ['rejects with another error', () => Promise.reject(PLAIN), { name: 'StoreError', outcome: 'unknown', cause: PLAIN }],
  ['rejects with no error at all', () => Promise.reject(undefined), { name: 'StoreError', outcome: 'unknown' }],
  [
    'throws at once',
    () => {
      throw PLAIN
    },
    { name: 'StoreError', outcome: 'unknown', cause: PLAIN },
  ],
  ['fails the take alone', (takes) => Promise.resolve(takes.map(() => DOWN)), DOWN],
  ['sends nonsense', () => Promise.resolve([]), { name: 'StoreError', outcome: 'unknown' }],
]

function limiterOf(take: CounterStore['take'], onStoreError?: OnStoreError) {
  const store = new RecordingStore({ take })
  return new FixedWindowRateLimiter({ name: 'x', store, limit: 3, window: '1m', deadlineMs: 700, onStoreError })
}

describe.each(FAILURES)('a store that %s', (_, take, error) => {
  test.each([undefined, 'throw'] as const)('with onStoreError %s, rejects the call', async (onStoreError) => {
    const limiter = limiterOf(take, onStoreError)
    for (const method of ['limit', 'isAllowed', 'peek'] as const) {
      const failure = await rejection(limiter[method]('a'))
      expect(failure).toBeInstanceOf(StoreError)
      expect(failure).toMatchObject(error)
    }
  })

  test("with onStoreError 'allow', admits it and says so", async () => {
    const limiter = limiterOf(take, 'allow')
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
    const limiter = limiterOf(take, 'deny')
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
    const fallback = new RecordingStore()
    const limiter = limiterOf(take, fallback)
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
    expect(fallback.lists).toHaveLength(1)
  })
})

describe('a fallback store', () => {
  test('is left alone while the store answers', async () => {
    const fallback = new RecordingStore()
    const store = new RecordingStore()
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m', onStoreError: fallback })
    const decisions = [await limiter.limit('a'), await limiter.limit('a'), await limiter.peek('a')]
    expect(decisions.map(({ source, allowed }) => [source, allowed])).toEqual([
      ['store', true],
      ['store', false],
      ['store', false],
    ])
    expect(fallback.sent).toBe(0)
  })

  test('gets the refund of what it admitted itself, and the store that of its own', async () => {
    const inner = new RecordingStore()
    let down = true
    const store = new RecordingStore({ take: (takes) => (down ? Promise.reject(DOWN) : inner.take(takes)) })
    const fallback = new RecordingStore()
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 3, window: '1m', onStoreError: fallback })
    const fallen = await limiter.limit('a')
    down = false
    await limiter.limit('a')
    expect(await limiter.refund(fallen)).toBe(true)
    expect([store.refunds.length, fallback.refunds.length]).toEqual([0, 1])
    expect(await limiter.peek('a')).toMatchObject({ source: 'store', remaining: 2 })
  })

  test('is reset together with the store', async () => {
    const store = new RecordingStore()
    const fallback = new RecordingStore()
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 3, window: '1m', onStoreError: fallback })
    await limiter.reset('a')
    expect(store.clears).toMatchObject([{ key: 'x:a' }])
    expect(fallback.clears).toEqual(store.clears)
  })

  test('that fails too rejects the call with its own failure', async () => {
    const limiter = limiterOf(() => Promise.reject(DOWN), new RecordingStore({ take: () => Promise.reject(PLAIN) }))
    expect(await rejection(limiter.limit('a'))).toMatchObject({ outcome: 'unknown', cause: PLAIN })
  })

  test('applies the limit of the call', async () => {
    const fallback = new RecordingStore()
    const limiter = limiterOf(() => Promise.reject(DOWN), fallback)
    expect(await limiter.limit('a', { limit: 9 })).toMatchObject({ limit: 9, remaining: 8, source: 'fallback' })
  })

  test('charges nobody who is gone: the call was aborted while the store was asked', async () => {
    let fail: (() => void) | undefined
    const take = () =>
      new Promise<never>((_, reject) => {
        fail = () => reject(DOWN)
      })
    const fallback = new RecordingStore()
    const limiter = limiterOf(take, fallback)
    const controller = new AbortController()
    const gone = rejection(limiter.limit('a', { signal: controller.signal }))
    const stays = limiter.limit('a')
    await turns()
    controller.abort(PLAIN)
    expect(await gone).toBe(PLAIN)
    fail?.()
    expect(await stays).toMatchObject({ allowed: true, remaining: 2, source: 'fallback' })
    expect(fallback.lists).toMatchObject([[{ key: 'x:a', times: 1 }]])
  })

  test('charges nobody who is gone: the call was aborted while it waited for the fallback', async () => {
    const fallback = new GatedStore()
    const limiter = limiterOf(() => Promise.reject(DOWN), fallback)
    const first = limiter.limit('a')
    await turns()
    expect(fallback.held).toBe(1)
    const controller = new AbortController()
    const gone = rejection(limiter.limit('b', { signal: controller.signal }))
    await turns()
    controller.abort(PLAIN)
    expect(await gone).toBe(PLAIN)
    fallback.release()
    await first
    await turns()
    expect(fallback.lists).toMatchObject([[{ key: 'x:a' }]])
  })

  test('does not make a call last longer than its deadline', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const never = () => new Promise<never>(() => undefined)
      const limiter = limiterOf(never, new RecordingStore({ take: never }))
      let settled = false
      const answer = rejection(limiter.limit('a')).finally(() => {
        settled = true
      })
      await vi.advanceTimersByTimeAsync(700)
      expect(settled).toBe(true)
      expect(await answer).toBeInstanceOf(StoreError)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('refund and reset', () => {
  const fail = () => {
    throw PLAIN
  }

  test.each(['throw', 'allow', 'deny'] as const)(
    "reject with a StoreError also with onStoreError '%s'",
    async (policy) => {
      const store = new RecordingStore({ refund: fail, clear: fail })
      const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m', onStoreError: policy })
      const decision = await limiter.limit('a')
      for (const promise of [limiter.refund(decision), limiter.reset('a')]) {
        const error = await rejection(promise)
        expect(error).toBeInstanceOf(StoreError)
        expect(error).toMatchObject({ outcome: 'unknown', cause: PLAIN })
      }
    },
  )

  test('a reset of which one store fails rejects', async () => {
    const fallback = new RecordingStore({ clear: fail })
    const store = new RecordingStore()
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m', onStoreError: fallback })
    expect(await rejection(limiter.reset('a'))).toMatchObject({ name: 'StoreError', cause: PLAIN })
    expect(store.clears).toHaveLength(1)
  })
})

test('time is the clock of the store, wherever that stands', async () => {
  const store = new RecordingStore()
  store.now = 12
  const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: 10 })
  expect(await limiter.limit('a')).toMatchObject({ resetAt: 20 })
  expect(await limiter.limit('a')).toMatchObject({ allowed: false, retryAfterMs: 8 })
  store.now = T0 * 1000
  expect(await limiter.limit('a')).toMatchObject({ allowed: true, resetAt: T0 * 1000 + 10 })
})
