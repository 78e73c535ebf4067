import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { FixedWindowRateLimiter, StoreError, type Take, type TakeReply } from '../src/index.ts'
import { RecordingStore, rejection, turns } from './support.ts'

const loading = new StoreError('Redis refused: LOADING', { outcome: 'not-executed', transient: true })

/** Refuses so often, and answers from then on. */
class LoadingStore extends RecordingStore {
  refusals: number
  asked = 0

  constructor(refusals: number) {
    super()
    this.refusals = refusals
  }

  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    this.refuse()
    return super.take(takes)
  }

  override async refund(refund: Parameters<RecordingStore['refund']>[0]) {
    this.refuse()
    return super.refund(refund)
  }

  override async clear(clear: Parameters<RecordingStore['clear']>[0]) {
    this.refuse()
    return super.clear(clear)
  }

  refuse(): void {
    this.asked++
    if (this.refusals-- > 0) throw loading
  }
}

const limiterOn = (store: RecordingStore, more: object = {}) =>
  new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1m', ...more })

/** For a busy machine. */
const PATIENT = { deadlineMs: 10_000 }

describe('what the store refuses for the moment', () => {
  test('is sent again, and charged once', async () => {
    const store = new LoadingStore(3)
    const limiter = limiterOn(store)
    const decisions = await Promise.all(['a', 'a', 'b'].map((id) => limiter.limit(id)))
    expect(decisions).toMatchObject([{ remaining: 9 }, { remaining: 8 }, { remaining: 9 }])
    expect(store.asked).toBe(4)
  })

  test('is sent again in a refund and a reset', async () => {
    const store = new LoadingStore(0)
    const limiter = limiterOn(store)
    const decision = await limiter.limit('a')
    store.refusals = 2
    expect(await limiter.refund(decision)).toBe(true)
    store.refusals = 2
    await limiter.reset('a')
    expect(store.asked).toBe(1 + 3 + 3)
  })

  test('is sent again for those alone that were refused', async () => {
    let refusals = 2
    const memory = new RecordingStore()
    const store = new RecordingStore({
      take: async (takes) => {
        const replies = await memory.take(takes)
        return replies.map((reply, i) => (takes[i]?.key.includes('moving') && refusals-- > 0 ? loading : reply))
      },
    })
    const limiter = limiterOn(store)
    const [moving, other] = await Promise.all([limiter.limit('moving'), limiter.limit('other')])
    expect([moving.allowed, other.remaining]).toEqual([true, 9])
    expect(store.lists.map((list) => list.length)).toEqual([2, 1, 1])
  })

  test('is sent again together, and keeps nobody else from leaving', async () => {
    const memory = new RecordingStore()
    let moving = true
    const store = new RecordingStore({
      take: async (takes) => {
        const replies = await memory.take(takes)
        return replies.map((reply, i) => (moving && takes[i]?.key.includes('moving') ? loading : reply))
      },
    })
    const limiter = limiterOn(store, PATIENT)
    const refused = Promise.all(Array.from({ length: 40 }, (_, i) => limiter.limit(`moving-${i}`)))
    await turns()
    expect((await limiter.limit('other')).allowed).toBe(true)
    moving = false
    await refused
    expect(store.lists.map((list) => list.length)).toContain(40)
    expect(store.lists.flat().length).toBe(40 * (store.lists.length - 1) + 1)
  })

  test('makes no other call wait', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const memory = new RecordingStore()
    const store = new RecordingStore({
      take: async (takes) => {
        const replies = await memory.take(takes)
        return replies.map((reply, i) => (takes[i]?.key.includes('moving') ? loading : reply))
      },
    })
    const limiter = limiterOn(store)
    const refused = rejection(limiter.limit('moving'))
    await vi.advanceTimersByTimeAsync(0)
    for (let i = 0; i < 100; i++) expect(await limiter.limit(`other-${i}`)).toMatchObject({ remaining: 9 })
    await vi.advanceTimersByTimeAsync(1000)
    expect(await refused).toMatchObject({ outcome: 'not-executed' })
  })

  test('is not sent again for a caller who has left meanwhile', async () => {
    const store = new LoadingStore(Number.POSITIVE_INFINITY)
    const limiter = limiterOn(store, PATIENT)
    const abort = new AbortController()
    const gone = rejection(limiter.limit('a', { signal: abort.signal }))
    const stays = limiter.limit('a')
    await turns()
    abort.abort(new Error('left'))
    expect(await gone).toMatchObject({ message: 'left' })
    store.refusals = 0
    expect(await stays).toMatchObject({ remaining: 9 })
  })

  test('is not sent again at all when every caller has left, and others go on', async () => {
    const store = new LoadingStore(Number.POSITIVE_INFINITY)
    const limiter = limiterOn(store, PATIENT)
    const abort = new AbortController()
    const gone = rejection(limiter.limit('a', { signal: abort.signal }))
    await turns()
    const waiting = limiter.limit('b')
    abort.abort(new Error('left'))
    await gone
    store.refusals = 0
    expect(await waiting).toMatchObject({ remaining: 9 })
    expect(await limiter.peek('a')).toMatchObject({ remaining: 10 })
  })

  test('a refund that was aborted is not sent again', async () => {
    const store = new LoadingStore(0)
    const limiter = limiterOn(store)
    const decision = await limiter.limit('a')
    store.refusals = Number.POSITIVE_INFINITY
    const abort = new AbortController()
    const gone = rejection(limiter.refund(decision, { signal: abort.signal }))
    await turns()
    abort.abort(new Error('left'))
    await gone
    const { asked } = store
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(store.asked).toBe(asked)
  })

  test('a take with units ahead asks for them again', async () => {
    const store = new LoadingStore(0)
    const limiter = limiterOn(store, { limit: 1000, lease: true })
    for (let i = 0; i < 3; i++) await limiter.limit('a')
    store.refusals = 1
    for (let i = 0; i < 20; i++) await limiter.limit('a')
    const taken = 1000 - (await limiterOn(store, { limit: 1000 }).peek('a')).remaining
    const asked = store.lists.flat().reduce((sum, { times, cost }) => sum + times * cost, 0)
    expect(taken).toBe(asked)
  })
})

describe('a store that goes on refusing', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each(['limit', 'reset'] as const)('%s rejects by the deadline, and nothing ran', async (method) => {
    const store = new LoadingStore(Number.POSITIVE_INFINITY)
    const limiter = limiterOn(store)
    let error: unknown
    limiter[method]('a').catch((reason: unknown) => {
      error = reason
    })
    await vi.advanceTimersByTimeAsync(850)
    expect(error).toBeUndefined()
    await vi.advanceTimersByTimeAsync(150)
    expect(error).toMatchObject({ outcome: 'not-executed' })
    const { asked } = store
    expect(asked).toBeGreaterThan(5)
    expect(asked).toBeLessThan(20)
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.asked).toBe(asked)
    expect(store.sent).toBe(0)
  })

  test('keeps no earlier call beyond its deadline', async () => {
    const store = new RecordingStore({
      take: (takes) => {
        if (takes[0]?.key === 'api:hung') return new Promise(() => {})
        return takes[0]?.key === 'api:first' ? new RecordingStore().take(takes) : Promise.reject(loading)
      },
    })
    const limiter = limiterOn(store, { breaker: false })
    await limiter.limit('first') // its timer is the one that looks after the others at first
    await vi.advanceTimersByTimeAsync(500)
    let error: unknown
    limiter.limit('hung').catch((reason: unknown) => {
      error = reason
    })
    await vi.advanceTimersByTimeAsync(400)
    // So many that they leave without waiting for it.
    const refused = Promise.allSettled(Array.from({ length: 256 }, (_, i) => limiter.limit(`${i}`)))
    await vi.advanceTimersByTimeAsync(599)
    expect(error).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(error).toMatchObject({ outcome: 'unknown' })
    await vi.advanceTimersByTimeAsync(400)
    await refused
  })

  test('opens the breaker once calls have failed for it', async () => {
    const store = new LoadingStore(Number.POSITIVE_INFINITY)
    const limiter = limiterOn(store, { breaker: { failures: 1 } })
    const first = rejection(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(1000)
    await first
    const { asked } = store
    expect(await rejection(limiter.limit('a'))).toMatchObject({ outcome: 'not-executed', cause: { transient: true } })
    expect(store.asked).toBe(asked)
  })
})

test('only what did not run may be sent again', () => {
  expect(new StoreError('lost', { outcome: 'unknown', transient: true }).transient).toBe(false)
})
