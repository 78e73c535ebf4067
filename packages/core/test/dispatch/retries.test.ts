import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Lane } from '../../src/dispatch/lane.ts'
import { SharedTake } from '../../src/dispatch/shared-take.ts'
import { lease } from '../../src/fast-paths/index.ts'
import { type BreakerChange, StoreError } from '../../src/index.ts'
import { FakeStore, REFUSED } from '../support/fake-store.ts'
import { rejection, turns, type Watched, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

let store: FakeStore

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  store = new FakeStore()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Refuses this many commands. */
function refuse(times: number): void {
  store.fate = () => (times-- > 0 ? REFUSED : 'answer')
}

const sizes = () => store.commands.map(({ length }) => length)

describe('what the store refuses for the moment', () => {
  test('is sent again, and charged once', async () => {
    refuse(3)
    const limiter = limiterOn(store)
    const decisions = Promise.all(['a', 'a', 'b'].map((id) => limiter.limit(id)))
    await vi.advanceTimersByTimeAsync(500)
    expect(await decisions).toMatchObject([{ remaining: 9 }, { remaining: 8 }, { remaining: 9 }])
    expect(store.sent).toEqual(Array(4).fill(['a 2x1', 'b 1x1']))
  })

  test('waits longer before each retry, up to 100 ms', async () => {
    refuse(Number.POSITIVE_INFINITY)
    const sentAt: number[] = []
    const refusing = store.fate as () => StoreError
    store.fate = () => {
      sentAt.push(performance.now())
      return refusing()
    }
    const error = rejection(limiterOn(store).limit('a'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(await error).toMatchObject({ outcome: 'not-executed' })
    const pauses = sentAt.slice(1).map((at, i) => Math.round(at - (sentAt[i] ?? 0)))
    expect(pauses.slice(0, 6)).toEqual([10, 20, 40, 80, 100, 100])
  })

  test('is sent again in a refund and a reset', async () => {
    const limiter = limiterOn(store)
    const decision = await limiter.limit('a')
    refuse(2)
    const refunded = limiter.refund(decision)
    await vi.advanceTimersByTimeAsync(500)
    expect(await refunded).toBe(true)
    refuse(2)
    const reset = limiter.reset('a')
    await vi.advanceTimersByTimeAsync(500)
    await reset
    expect(store.sent.flat()).toEqual(['a 1x1', 'a -1', 'a -1', 'a -1', 'a clear', 'a clear', 'a clear'])
  })

  test('is sent again for those alone that were refused, and together', async () => {
    let isMoving = true
    store.fate = (operations) => {
      return isMoving && operations.every(({ id }) => id.startsWith('moving')) ? REFUSED : 'answer'
    }
    store.change = (reply, { id }) => (isMoving && id.startsWith('moving') ? REFUSED : reply)
    const limiter = limiterOn(store)
    const refused = Promise.all(Array.from({ length: 40 }, (_, i) => limiter.limit(`moving-${i}`)))
    const other = limiter.limit('other')
    await vi.advanceTimersByTimeAsync(15)
    expect(await other).toMatchObject({ remaining: 9 })
    expect(sizes()).toEqual([41, 40])
    isMoving = false
    await vi.advanceTimersByTimeAsync(500)
    await refused
    expect(sizes()).toEqual([41, 40, 40])
  })

  test('keeps its order', async () => {
    refuse(3)
    const limiter = limiterOn(store, { limit: 1e6 })
    const costs = Array.from({ length: 100 }, (_, i) => i + 1)
    const all = Promise.all(costs.map((cost) => limiter.limit('a', { cost })))
    await vi.advanceTimersByTimeAsync(500)
    await all
    expect(store.sent).toEqual(Array(4).fill(costs.map((cost) => `a 1x${cost}`)))
  })

  test('keeps no later call waiting, and no later call shares its little time', async () => {
    store.change = (reply, { id }) => (id === 'moving' && store.commands.length < 3 ? REFUSED : reply)
    const limiter = limiterOn(store)
    const refused = watch(limiter.limit('moving'))
    await turns()
    const later = watch(limiter.limit('moving'))
    const other = watch(limiter.limit('other'))
    await turns()
    expect(other.state).toBe('resolved')
    expect(store.sent).toEqual([['moving 1x1'], ['moving 1x1', 'other 1x1']])
    await vi.advanceTimersByTimeAsync(500)
    expect([refused.state, later.state]).toEqual(['resolved', 'resolved'])
  })

  test('is not sent again for a caller that has aborted', async () => {
    refuse(Number.POSITIVE_INFINITY)
    const limiter = limiterOn(store)
    const abort = new AbortController()
    const gone = rejection(limiter.limit('a', { signal: abort.signal }))
    const stays = limiter.limit('a')
    await turns()
    abort.abort(new Error('left'))
    expect(await gone).toMatchObject({ message: 'left' })
    store.fate = 'answer'
    await vi.advanceTimersByTimeAsync(500)
    expect(await stays).toMatchObject({ remaining: 9 })
  })

  test.each(['limit', 'reset'] as const)(
    'is not sent again at all when every caller has aborted: %s',
    async (method) => {
      refuse(Number.POSITIVE_INFINITY)
      const limiter = limiterOn(store)
      const abort = new AbortController()
      const gone = rejection(limiter[method]('a', { signal: abort.signal }))
      await turns()
      abort.abort(new Error('left'))
      await gone
      store.fate = 'answer'
      expect(await limiter.limit('b')).toMatchObject({ remaining: 9 })
      await vi.advanceTimersByTimeAsync(2000)
      expect(store.operations.map(({ id }) => id)).toEqual(['a', 'b'])
    },
  )

  test('a take with prefetched units asks for them again, and for them once', async () => {
    const limiter = limiterOn(store, { limit: 1000, fastPaths: [lease()] })
    for (let i = 0; i < 3; i++) await limiter.limit('a')
    refuse(1)
    for (let i = 0; i < 20; i++) {
      const call = limiter.limit('a')
      await vi.advanceTimersByTimeAsync(20)
      await call
    }
    const [first, again] = store.sent.slice(2)
    expect(again).toEqual(first)
    const refused = store.takes[2]?.times ?? 0
    const asked = store.takes.reduce((sum, { times }) => sum + times, 0) - refused
    expect(1000 - (await limiterOn(store, { limit: 1000 }).peek('a')).remaining).toBe(asked)
  })
})

describe('a store that goes on refusing', () => {
  test.each(['limit', 'reset'] as const)('%s rejects by the deadline, and nothing ran', async (method) => {
    refuse(Number.POSITIVE_INFINITY)
    const answer = watch(limiterOn(store)[method]('a'))
    await vi.advanceTimersByTimeAsync(850)
    expect(answer.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(150)
    expect(answer).toMatchObject({ state: 'rejected', value: { outcome: 'not-executed' } })
    const asked = store.commands.length
    expect(asked).toBeGreaterThan(5)
    expect(asked).toBeLessThan(20)
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.commands.length).toBe(asked)
  })

  test('keeps no earlier call beyond its deadline', async () => {
    store.fate = ([operation]) => (operation?.id === 'hung' ? 'hang' : operation?.id === 'first' ? 'answer' : REFUSED)
    const limiter = limiterOn(store, { breaker: false })
    await limiter.limit('first') // sets the timer that looks after the others at first
    await vi.advanceTimersByTimeAsync(500)
    const hung = watch(limiter.limit('hung'))
    await vi.advanceTimersByTimeAsync(400)
    // As many as leave without waiting for the hung one.
    const refused = Promise.allSettled(Array.from({ length: 256 }, (_, i) => limiter.limit(`${i}`)))
    await vi.advanceTimersByTimeAsync(599)
    expect(hung.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    await turns(1)
    expect(hung).toMatchObject({ state: 'rejected', value: { outcome: 'unknown' } })
    await vi.advanceTimersByTimeAsync(400)
    await refused
  })

  test('opens the breaker once calls have failed for it', async () => {
    refuse(Number.POSITIVE_INFINITY)
    const changes: BreakerChange[] = []
    const onChange = (change: BreakerChange) => changes.push(change)
    const limiter = limiterOn(store, { breaker: { failures: 1, onChange } })
    const first = rejection(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(500)
    expect(changes).toEqual([])
    await vi.advanceTimersByTimeAsync(500)
    await first
    const asked = store.commands.length
    expect(await rejection(limiter.limit('a'))).toMatchObject({ outcome: 'not-executed', cause: { transient: true } })
    expect(store.commands.length).toBe(asked)
  })
})

describe('20,000 calls that wait while a server loads its data', () => {
  test('are answered in commands of normal size once it has, and nothing is charged after its caller was rejected', async () => {
    let isLoading = true
    let isOver = false
    let chargedAfter = 0
    store.fate = (operations) => {
      if (isOver) chargedAfter += operations.length
      return isLoading ? REFUSED : 'answer'
    }
    store.apply = async (operations) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return FakeStore.prototype.apply.call(store, operations)
    }
    const limiter = limiterOn(store)
    const all = Promise.allSettled(Array.from({ length: 20_000 }, (_, i) => limiter.limit(`u${i}`))).finally(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(700)
    isLoading = false
    await vi.advanceTimersByTimeAsync(3000)
    const answered = (await all).filter(({ status }) => status === 'fulfilled').length
    expect(answered).toBeGreaterThan(10_000)
    expect(chargedAfter).toBe(0)
    expect(Math.max(...sizes())).toBeLessThanOrEqual(256)
  })
})

describe('an entry that fails while it waits for its retry', () => {
  // The first is refused often and waits 100 ms, the other has less time left than that.
  /** Calls with more and less time left are refused in the same commands. */
  async function refusedTogether(onStoreError: 'throw' | FakeStore) {
    const limiter = limiterOn(store, { deadlineMs: 400, onStoreError, breaker: false })
    refuse(Number.POSITIVE_INFINITY)
    const ids = Array.from({ length: 30 }, (_, i) => `u${i}`)
    const calls: Watched[] = []
    for (const id of ids) {
      calls.push(watch(limiter.limit(id)))
      await vi.advanceTimersByTimeAsync(7)
    }
    return calls
  }

  test('is not sent again', async () => {
    const calls = await refusedTogether('throw')
    await vi.advanceTimersByTimeAsync(200)
    const rejected = new Set(calls.flatMap(({ state }, i) => (state === 'rejected' ? [`u${i}`] : [])))
    expect(rejected.size).toBeGreaterThan(1)
    store.commands.length = 0
    store.fate = 'answer'
    await vi.advanceTimersByTimeAsync(1000)
    expect(store.operations.length).toBeGreaterThan(5)
    expect(store.operations.filter(({ id }) => rejected.has(id))).toEqual([])
  })

  test('is handed to the fallback store once, however slow that is', async () => {
    const fallback = new FakeStore()
    fallback.isHolding = true
    const calls = await refusedTogether(fallback)
    for (let i = 0; i < 100; i++) {
      await vi.advanceTimersByTimeAsync(10)
      if (i % 15 === 14) fallback.release(fallback.held)
    }
    expect(calls.filter(({ state }) => state === 'pending')).toEqual([])
    const asked = fallback.takes.map(({ id }) => id)
    expect(asked.length).toBe(new Set(asked).size)
    expect(fallback.takes.every(({ times }) => times === 1)).toBe(true)
  })
})

test('no call joins a take that was refused before', () => {
  const owner = { scope: 'api', timesToPrefetch: () => 0, answered() {}, failed() {}, abandoned() {} }
  const windows = [{ limit: 10, windowMs: 60_000, anchor: 'epoch' }] as const
  const caller = { isWaiting: true, canLeave: false }
  const costs = [1]
  const take = new SharedTake(owner, new Lane(), 'a', caller, windows, costs, 1000)
  expect(take.join(caller, windows, costs)).toBe(true)
  take.refuse(REFUSED)
  expect(take.join(caller, windows, costs)).toBe(false)
})

test('only what did not run may be sent again', () => {
  expect(new StoreError('lost', { outcome: 'unknown', transient: true }).transient).toBe(false)
})
