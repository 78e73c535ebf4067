import { describe, expect, test, vi } from 'vitest'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { ClockedStore, fakeTime, pass } from './clocked-store.ts'

fakeTime()

test('a call that would wait longer than maxWaitMs is denied at once', async () => {
  const limiter = limiterOn(new ClockedStore(), { limit: 1 })
  const queue = waitQueue(limiter, { maxWaitMs: 29_999 })
  await queue.limit('a')
  const decision = await queue.limit('a')
  expect(decision).toMatchObject({ allowed: false, retryAfterMs: 30_000, source: 'store' })
  const patient = watch(queue.limit('a', { maxWaitMs: 30_000 }))
  await pass(30_000)
  expect(patient).toMatchObject({ state: 'resolved', value: { allowed: true } })
})

test('those before it are counted in, without asking the store', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 10 }), { maxWaitMs: 100_000 })
  await queue.limit('a', { cost: 9 })
  watch(queue.limit('a', { cost: 10 })) // in 30 seconds
  await pass(0)
  watch(queue.limit('a', { cost: 6 })) // in 90 seconds
  store.sentNow()
  expect(await queue.limit('a', { cost: 6 })).toEqual({
    allowed: false,
    id: 'a',
    cost: 6,
    limit: 10,
    remaining: 0,
    resetAt: Date.now() + 30_000,
    resetAfterMs: 30_000,
    retryAfterMs: 150_000,
    windows: [
      { unit: undefined, cost: 6, limit: 10, remaining: 0, resetAt: Date.now() + 30_000, resetAfterMs: 30_000 },
    ],
    source: 'wait-queue',
  })
  await pass(10_000)
  expect(await queue.limit('a', { cost: 6 })).toMatchObject({ resetAfterMs: 20_000, retryAfterMs: 140_000 })
  expect(watch(queue.limit('a', { cost: 4 })).state).toBe('pending')
  await pass(0)
  expect(store.sent).toEqual([])
})

test('a cost above the limit is denied at once, whether others wait or not', async () => {
  const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), { maxWaitMs: 2 ** 53 - 1 })
  expect(await queue.limit('a', { cost: 2 })).toMatchObject({ allowed: false, retryAfterMs: Number.POSITIVE_INFINITY })
  await queue.limit('a')
  watch(queue.limit('a'))
  await pass(0)
  expect(await queue.limit('a', { cost: 2 })).toMatchObject({ allowed: false, retryAfterMs: Number.POSITIVE_INFINITY })
})

test('with maxWaitMs 0 nobody waits for a window', async () => {
  const queue = waitQueue(limiterOn(new ClockedStore()), { maxWaitMs: 0 })
  const calls = [4, 3, 4, 3].map((cost) => queue.limit('a', { cost }))
  expect((await Promise.all(calls)).map(({ allowed }) => allowed)).toEqual([true, true, false, true])
})

test('a call without cost waits for a debt to end', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store), { maxWaitMs: 60_000 })
  await queue.settle(await queue.limit('a'), 11)
  const call = watch(queue.limit('a', { cost: 0 }))
  await pass(29_999)
  expect(call.state).toBe('pending')
  expect(store.takes).toHaveLength(2)
  await pass(1)
  expect(call).toMatchObject({ state: 'resolved', value: { allowed: true } })
})

describe('maxWaiting', () => {
  test('bounds the calls that wait, over all identifiers; the oldest stay', async () => {
    const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), { maxWaitMs: 600_000, maxWaiting: 2 })
    const calls: ReturnType<typeof watch>[] = []
    for (const id of ['a', 'a', 'b', 'b', 'b', 'a']) {
      calls.push(watch(queue.limit(id)))
      await pass(0)
    }
    expect(calls.map(({ state }) => state)).toEqual([
      ...['resolved', 'pending', 'resolved', 'pending', 'resolved', 'resolved'],
    ])
    expect(calls.slice(4).map(({ value }) => value)).toMatchObject([{ allowed: false }, { allowed: false }])
    await pass(30_000)
    expect(calls[3]).toMatchObject({ state: 'resolved', value: { allowed: true } })
    expect(watch(queue.limit('b')).state).toBe('pending') // there is room again
  })

  test('bounds their units, each kind by itself', async () => {
    const windows = [
      { unit: 'requests', limit: 9, window: '1m' },
      { unit: 'tokens', limit: 100, window: '1m' },
    ]
    const queue = waitQueue(limiterOn(new ClockedStore(), { windows }), {
      maxWaitMs: 600_000,
      maxWaiting: { units: 100 },
    })
    await queue.limit('a', { cost: { requests: 1, tokens: 100 } })
    const calls = [60, 41, 40].map((tokens) => watch(queue.limit('a', { cost: { requests: 1, tokens } })))
    await pass(0)
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'resolved', 'pending'])
  })

  test('is filled by none that may be admitted now', async () => {
    const queue = waitQueue(limiterOn(new ClockedStore()), { maxWaitMs: 60_000, maxWaiting: 0 })
    const calls = [4, 3, 2, 1].map((cost) => queue.limit('a', { cost }))
    expect((await Promise.all(calls)).map(({ allowed }) => allowed)).toEqual([true, true, true, true])
  })

  test('is left by calls that are admitted or aborted', async () => {
    const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), { maxWaitMs: 600_000, maxWaiting: 1 })
    const leaver = new AbortController()
    const wait = async (id: string, signal?: AbortSignal): Promise<string> => {
      const call = watch(queue.limit(id, { signal }))
      await pass(0)
      return call.state
    }
    expect([await wait('a'), await wait('a'), await wait('a')]).toEqual(['resolved', 'pending', 'resolved'])
    await pass(30_000)
    expect([await wait('a', leaver.signal), await wait('a')]).toEqual(['pending', 'resolved'])
    leaver.abort()
    expect([await wait('a'), await wait('a')]).toEqual(['pending', 'resolved'])
  })
})

describe('units that others take at the edge', () => {
  test('are waited for again, until that would be too long', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5) // others are quicker by 50 ms
    const store = new ClockedStore()
    const other = limiterOn(store, { limit: 2 })
    const queue = waitQueue(limiterOn(store, { limit: 2 }), { maxWaitMs: 89_999 })
    await queue.limit('a', { cost: 2 })
    const calls = [watch(queue.limit('a', { cost: 1 })), watch(queue.limit('a', { cost: 2, maxWaitMs: 90_000 }))]
    await pass(30_000)
    expect(await other.limit('a', { cost: 2 })).toMatchObject({ allowed: true })
    await pass(49)
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending'])
    await pass(1)
    expect(calls[0]).toMatchObject({
      state: 'resolved',
      value: { allowed: false, source: 'store', retryAfterMs: 59_950 },
    })
    await pass(59_999)
    expect(calls[1]?.state).toBe('pending')
    await pass(1)
    expect(calls[1]).toMatchObject({ state: 'resolved', value: { allowed: true } })
  })

  test('make the wait of those behind longer, and they are told how long it is now', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const store = new ClockedStore()
    const other = limiterOn(store, { limit: 1 })
    const queue = waitQueue(limiterOn(store, { limit: 1 }), { maxWaitMs: 100_000 })
    const calls = [100_000, 100_000, 91_000].map((maxWaitMs) => watch(queue.limit('a', { maxWaitMs })))
    await pass(30_000)
    await other.limit('a')
    await pass(49)
    expect(calls.map(({ state }) => state)).toEqual(['resolved', 'pending', 'pending'])
    await pass(1)
    expect(calls[1]?.state).toBe('pending')
    expect(calls[2]).toMatchObject({ state: 'resolved', value: { allowed: false, retryAfterMs: 119_950 } })
  })

  test('leave the next one in what is left, once the one before it is denied', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const store = new ClockedStore()
    const other = limiterOn(store)
    const queue = waitQueue(limiterOn(store), { maxWaitMs: 80_000 })
    await queue.limit('a', { cost: 10 })
    const calls = [9, 1, 2].map((cost) => watch(queue.limit('a', { cost })))
    await pass(30_000)
    await other.limit('a', { cost: 8 })
    await pass(50)
    expect(calls.map(({ value }) => value)).toMatchObject([
      { allowed: false, source: 'store' },
      { allowed: true, remaining: 1 },
      { allowed: false, source: 'wait-queue', remaining: 0, retryAfterMs: 90_000 }, // at once
    ])
  })
})

describe('a limiter whose store fails', () => {
  test('rejects those that are asked for, and the next ones are asked for then', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store, { breaker: false }), { maxWaitMs: 60_000 })
    await queue.limit('a', { cost: 10 })
    const calls = [2, 2, 3].map((cost) => watch(queue.limit('a', { cost })))
    await pass(0)
    store.fate = () => {
      store.fate = 'answer'
      return 'fail'
    }
    await pass(30_000)
    expect(calls.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'resolved'])
    expect(calls[0]?.value).toMatchObject({ name: 'StoreError' })
  })

  test('does not keep a call behind from being denied that can never fit', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store), { maxWaitMs: 60_000 })
    store.fate = () => {
      store.fate = 'answer'
      return 'fail'
    }
    const calls = [1, 11].map((cost) => watch(queue.limit('a', { cost })))
    await pass(0)
    expect(calls).toMatchObject([{ state: 'rejected' }, { state: 'resolved', value: { allowed: false } }])
  })

  test("under 'allow' admits, and under 'deny' is asked again after its deadline", async () => {
    const store = new ClockedStore()
    store.fate = 'fail'
    const settings = { deadlineMs: 500, breaker: false } as const
    const open = waitQueue(limiterOn(store, { ...settings, onStoreError: 'allow' }), { maxWaitMs: 5000 })
    expect(await open.limit('a')).toMatchObject({ allowed: true, source: 'failure-policy' })
    const closed = waitQueue(limiterOn(store, { ...settings, onStoreError: 'deny' }), { maxWaitMs: 5000 })
    const calls = [watch(closed.limit('a')), watch(closed.limit('b', { maxWaitMs: 499 }))]
    await pass(0)
    expect(calls).toMatchObject([{ state: 'pending' }, { state: 'resolved', value: { source: 'failure-policy' } }])
    expect(await closed.limit('a', { maxWaitMs: 400 })).toMatchObject({ allowed: false, source: 'failure-policy' })
    store.fate = 'answer'
    await pass(500)
    expect(calls[0]).toMatchObject({ state: 'resolved', value: { allowed: true, source: 'store' } })
  })
})
