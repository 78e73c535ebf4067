import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Allowed, FixedWindowRateLimiter, StoreError, type TakeReply } from '../src/index.ts'
import { everythingIn, GatedStore, RecordingStore, T0 } from './support.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const never = <T>(): Promise<T> => new Promise(() => undefined)
const hung = () => new RecordingStore({ take: never, refund: never, clear: never })

/** The promise, and how it stands. */
function watch(promise: Promise<unknown>) {
  const seen: { state: 'pending' | 'resolved' | 'rejected'; value?: unknown } = { state: 'pending' }
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error) => Object.assign(seen, { state: 'rejected', value: error }),
  )
  return seen
}

async function microtasks(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

describe('a store that never settles', () => {
  test.each([
    ['limit', 1000, undefined],
    ['isAllowed', 1000, undefined],
    ['peek', 1000, undefined],
    ['reset', 1000, undefined],
    ['limit', 50, 50],
    ['reset', 50, 50],
    ['limit', 2 ** 31 - 1, 2 ** 31 - 1],
  ] as const)('%s rejects after %d ms, not before', async (method, ms, deadlineMs) => {
    const limiter = new FixedWindowRateLimiter({ name: 'x', store: hung(), limit: 1, window: '1m', deadlineMs })
    const answer = watch(limiter[method]('secret'))
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(answer.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(answer.state).toBe('rejected')
    expect(answer.value).toBeInstanceOf(StoreError)
    expect(answer.value).toMatchObject({
      outcome: 'unknown',
      message: `the store did not answer within ${ms} ms`,
    })
    expect(everythingIn(answer.value)).not.toContain('secret')
  })

  test('a refund rejects as well, and is not repeatable, for it may have run', async () => {
    const store = new RecordingStore({ refund: never })
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m' })
    const decision = await limiter.limit('a')
    const answer = watch(limiter.refund(decision))
    await vi.advanceTimersByTimeAsync(999)
    expect(answer.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(answer).toMatchObject({ state: 'rejected', value: { outcome: 'unknown' } })
    expect(await limiter.refund(decision)).toBe(false)
  })

  test('all calls of the list reject, and one that never left the process is known not to have run', async () => {
    const store = hung()
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m', breaker: false })
    // As many as there may be under way.
    const ids = Array.from({ length: 16 * 256 }, (_, i) => String(i))
    const sent = ids.map((id) => watch(limiter.limit(id)))
    for (let turn = 0; turn < 16; turn++) await vi.advanceTimersByTimeAsync(0)
    expect(store.lists).toHaveLength(16)
    const waiting = [watch(limiter.limit('a')), watch(limiter.limit('c'))]
    await vi.advanceTimersByTimeAsync(1000)
    for (const answer of sent) expect(answer).toMatchObject({ state: 'rejected', value: { outcome: 'unknown' } })
    for (const answer of waiting)
      expect(answer).toMatchObject({ state: 'rejected', value: { outcome: 'not-executed' } })
    expect(store.lists.flat().map((take) => take.key)).toEqual(ids.map((id) => `x:${id}`))
  })

  test('costs those behind it a quarter of the deadline at most before they are sent as well', async () => {
    const back = new RecordingStore()
    let asked = 0
    const store = new RecordingStore({ take: (takes) => (asked++ === 0 ? never() : back.take(takes)) })
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m' })
    const lost = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(100)
    const behind = watch(limiter.limit('b'))
    await vi.advanceTimersByTimeAsync(124)
    expect(behind.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(126)
    expect(behind).toMatchObject({ state: 'resolved', value: { allowed: true } })
    expect(lost.state).toBe('pending')
  })

  test('is given up by those alone whose own deadline has passed', async () => {
    const store = new GatedStore()
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1h', breaker: false })
    const lost = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(10)
    const behind = [watch(limiter.limit('b'))]
    await vi.advanceTimersByTimeAsync(90)
    behind.push(watch(limiter.limit('c')))
    await vi.advanceTimersByTimeAsync(910) // b and c were sent together meanwhile
    expect(store.lists.map((list) => list.length)).toEqual([1, 2])
    expect([lost, ...behind].map(({ state }) => state)).toEqual(['rejected', 'rejected', 'pending'])
    store.release()
    store.release()
    await vi.advanceTimersByTimeAsync(0)
    expect(behind[1]).toMatchObject({ state: 'resolved', value: { allowed: true } })
  })

  test('calls that gathered meanwhile are not held up for longer than their own deadline', async () => {
    const limiter = new FixedWindowRateLimiter({ name: 'x', store: hung(), limit: 1, window: '1m' })
    watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(400)
    const later = watch(limiter.limit('b'))
    await vi.advanceTimersByTimeAsync(999)
    expect(later.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(later).toMatchObject({ state: 'rejected', value: { name: 'StoreError' } })
  })

  test('does not keep later calls from a store that is back', async () => {
    let calls = 0
    const back = new RecordingStore()
    const store = new RecordingStore({ take: (takes) => (calls++ === 0 ? never() : back.take(takes)) })
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m' })
    const lost = watch(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(lost.state).toBe('rejected')
    expect(await limiter.limit('a')).toMatchObject({ allowed: true })
  })
})

test('an answer that arrived while the whole process stood still is in time', async () => {
  const store = new GatedStore()
  const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m' })
  const answer = watch(limiter.limit('a'))
  await microtasks()
  vi.advanceTimersByTime(5000) // timers run before sockets are read
  store.release()
  await vi.advanceTimersByTimeAsync(0)
  expect(answer).toMatchObject({ state: 'resolved', value: { allowed: true } })
})

describe('an answer that comes too late', () => {
  test('changes nothing, whether it is a reply or a failure', async () => {
    for (const late of ['reply', 'failure']) {
      let settle: (() => void) | undefined
      const reply: TakeReply = { taken: 1, now: T0, windows: [{ used: 1, resetAt: T0 + 1 }] }
      const store = new RecordingStore({
        take: () =>
          new Promise((resolve, reject) => {
            settle = () => (late === 'reply' ? resolve([reply]) : reject(new Error('late')))
          }),
      })
      const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m' })
      const answer = watch(limiter.limit('a'))
      await vi.advanceTimersByTimeAsync(1000)
      expect(answer).toMatchObject({ state: 'rejected', value: { outcome: 'unknown' } })
      const next = watch(limiter.limit('b'))
      const error = answer.value
      const settleFirst = settle
      settleFirst?.()
      await vi.advanceTimersByTimeAsync(0)
      expect(answer).toEqual({ state: 'rejected', value: error })
      expect(next.state).toBe('pending')
      settle?.()
      await vi.advanceTimersByTimeAsync(1)
      expect(next.state).toBe(late === 'reply' ? 'resolved' : 'rejected')
    }
  })
})

test('a failure that comes after the deadline does not ask the fallback store once more', async () => {
  let fail: (() => void) | undefined
  const take = () =>
    new Promise<never>((_, reject) => {
      fail = () => reject(new Error('late'))
    })
  const fallback = new RecordingStore()
  const store = new RecordingStore({ take })
  const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 9, window: '1m', onStoreError: fallback })
  const answer = watch(limiter.limit('a'))
  await vi.advanceTimersByTimeAsync(1000)
  fail?.()
  await vi.advanceTimersByTimeAsync(1000)
  expect(answer.state).not.toBe('pending')
  expect(fallback.lists.length).toBeLessThanOrEqual(1)
})

describe('no timer keeps the process alive', () => {
  let timers: () => number

  beforeEach(() => {
    vi.useRealTimers()
    const started = vi.spyOn(globalThis, 'setTimeout')
    const cleared = vi.spyOn(globalThis, 'clearTimeout')
    timers = () => {
      const gone = new Set(cleared.mock.calls.map(([timer]) => timer))
      const left = started.mock.results.map(({ value }) => value as NodeJS.Timeout).filter((timer) => !gone.has(timer))
      return left.filter((timer) => timer.hasRef()).length
    }
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('once all answers are there', async () => {
    const store = new GatedStore()
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 5, window: '1m' })
    const answers = [limiter.limit('a'), limiter.limit('b'), limiter.peek('a')]
    await microtasks()
    expect(timers()).toBe(1)
    store.release()
    const [decision] = await Promise.all(answers)
    const later = limiter.limit('c')
    while (store.held === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(timers()).toBe(1)
    store.release()
    await later
    await limiter.refund(decision as Allowed)
    await limiter.reset('a')
    await microtasks()
    expect(timers()).toBe(0)
  })

  test('after a failure, a bad id, or an abort', async () => {
    const down = () => Promise.reject(new Error('down'))
    const store = new RecordingStore({ take: down, clear: down })
    const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 5, window: '1m' })
    const controller = new AbortController()
    const answers = [limiter.limit('a'), limiter.limit(''), limiter.limit('b', { signal: controller.signal })]
    controller.abort()
    expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'))
    await Promise.allSettled([limiter.reset('a')])
    await microtasks()
    expect(timers()).toBe(0)
  })
})

test('a store that is slow, yet not too slow, answers every call, whenever it comes', async () => {
  const memory = new RecordingStore()
  const store = new RecordingStore({
    take: async (takes) => {
      await new Promise((resolve) => setTimeout(resolve, 700))
      return memory.take(takes)
    },
  })
  const limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '365d' })
  const answers: ReturnType<typeof watch>[] = []
  for (let i = 0; i < 300; i++) {
    answers.push(watch(limiter.limit(`user_${i}`)))
    await vi.advanceTimersByTimeAsync(10)
  }
  await vi.advanceTimersByTimeAsync(1000)
  expect(answers.filter(({ state }) => state !== 'resolved')).toEqual([])
  // Those of an eighth of the deadline share a command.
  expect(store.lists.length).toBeLessThan(300 / 10)
})
