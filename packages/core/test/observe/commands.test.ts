import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { StoreError } from '../../src/index.ts'
import { observe } from '../../src/observe/index.ts'
import { FakeStore, FORBIDDEN, REFUSED } from '../support/fake-store.ts'
import { rejection, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { Recorder } from './recorder.ts'

let store: FakeStore
let seen: Recorder

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  store = new FakeStore({ label: 'fake' })
  seen = new Recorder()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a command', () => {
  test('says what it carries, for how many callers, how long that waited, and how long the store took', async () => {
    observe(store, seen.observer) // before any limiter is made
    const limiter = limiterOn(store)
    const decision = await limiter.limit('a')
    store.isHolding = true
    const first = limiter.limit('a')
    await turns()
    const rest = [
      limiter.limit('a'),
      limiter.limit('a'),
      limiter.peek('b'),
      limiter.refund(decision),
      limiter.reset('c'),
    ]
    vi.advanceTimersByTime(3)
    await turns()
    rest.push(limiter.limit('d'))
    vi.advanceTimersByTime(2)
    store.release()
    await turns()
    const sentAt = performance.now()
    vi.advanceTimersByTime(4)
    store.release()
    await Promise.all([first, ...rest])
    expect(seen.commands.slice(1)).toEqual([
      {
        ...{ store: 'fake', takes: 1, changes: 0, callers: 1, queuedMs: [0] },
        ...{ sentAt: sentAt - 5, durationMs: 5, outcome: 'answered', error: undefined },
      },
      {
        ...{ store: 'fake', takes: 3, changes: 2, callers: 6, queuedMs: [5, 5, 5, 5, 2] },
        ...{ sentAt, durationMs: 4, outcome: 'answered', error: undefined },
      },
    ])
  })

  test('carries what all limiters of the store ask, and is told once', async () => {
    const [one, other] = [limiterOn(store, { name: 'one' }), limiterOn(store, { name: 'other' })]
    observe(store, seen.observer)
    await Promise.all([one.limit('a'), other.limit('a')])
    expect(seen.commands).toMatchObject([{ takes: 2, callers: 2 }])
    expect(seen.decisions).toEqual([])
  })

  test('is told to the observers of each store that shares the client', async () => {
    const client = {}
    const [first, second] = [new FakeStore({ sharedBy: client, label: 'fake' }), new FakeStore({ sharedBy: client })]
    observe(second, seen.observer)
    await limiterOn(first).limit('a')
    observe(first, seen.observer)
    await limiterOn(second, { name: 'other' }).limit('a')
    expect(seen.commands).toHaveLength(3)
  })

  test.each(['fail', 'lose'] as const)('that does %s has the outcome and the error', async (fate) => {
    const limiter = limiterOn(store)
    observe(store, seen.observer)
    store.fate = fate
    const error = await rejection(limiter.limit('a'))
    expect(seen.commands).toMatchObject([{ takes: 1, callers: 1, outcome: 'unknown' }])
    expect(seen.commands[0]?.error).toBe(error)
  })

  test('is answered if one operation is, and failed if none is', async () => {
    const limiter = limiterOn(store)
    observe(store, seen.observer)
    store.change = (reply, { id }) => (id === 'broken' ? FORBIDDEN : reply)
    await Promise.allSettled([limiter.limit('a'), limiter.limit('broken')])
    await Promise.allSettled([limiter.limit('broken')])
    expect(seen.commands).toMatchObject([
      { outcome: 'answered', error: undefined },
      { outcome: 'not-executed', error: FORBIDDEN },
    ])
  })

  test('is none if all callers have left before it is sent', async () => {
    const limiter = limiterOn(store)
    observe(store, seen.observer)
    const abort = new AbortController()
    const call = rejection(limiter.limit('a', { signal: abort.signal }))
    abort.abort()
    await call
    await turns()
    expect(seen.commands).toEqual([])
  })

  test('is none where the store answers at once, but its breaker is reported', async () => {
    const atOnce = FakeStore.atOnce()
    const limiter = limiterOn(atOnce, { breaker: { failures: 2, probeAfterMs: 10 } })
    observe(atOnce, seen.observer)
    await limiter.limit('a')
    atOnce.fate = 'fail'
    await rejection(limiter.limit('a'))
    await rejection(limiter.limit('a'))
    expect(seen.all).toMatchObject([{ store: 'store', state: 'open', error: { message: 'the store failed' } }])
  })
})

describe('a command without a reply', () => {
  test('is told once, when it is late, whether or not its reply comes later', async () => {
    const limiter = limiterOn(store)
    observe(store, seen.observer)
    store.isHolding = true
    const calls = Promise.allSettled([limiter.limit('a'), limiter.limit('b')])
    await vi.advanceTimersByTimeAsync(999)
    expect(seen.commands).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    await calls
    await turns()
    expect(seen.commands).toMatchObject([{ takes: 2, durationMs: 1000, outcome: 'unknown' }])
    expect(seen.commands[0]?.error).toBeInstanceOf(StoreError)
    store.release()
    await turns()
    await vi.advanceTimersByTimeAsync(5000)
    expect(seen.commands).toHaveLength(1)
  })

  test('is told with its reply where its callers gave up, but another limiter would wait longer', async () => {
    const limiter = limiterOn(store, { deadlineMs: 100 })
    limiterOn(store, { name: 'patient', deadlineMs: 1000 })
    observe(store, seen.observer)
    store.isHolding = true
    const call = rejection(limiter.limit('a'))
    await vi.advanceTimersByTimeAsync(300)
    await call
    expect(seen.commands).toEqual([])
    store.release()
    await turns()
    expect(seen.commands).toMatchObject([{ durationMs: 300, outcome: 'answered', error: undefined }])
  })
})

describe('retries', () => {
  test('are told when operations are put back, beside the command that was refused', async () => {
    const limiter = limiterOn(store)
    observe(store, seen.observer)
    store.fate = (operations) => (store.commands.length === 1 && operations.length > 0 ? REFUSED : 'answer')
    const calls = Promise.all([limiter.limit('a'), limiter.limit('b')])
    await vi.advanceTimersByTimeAsync(10)
    await vi.advanceTimersByTimeAsync(10)
    await calls
    expect(seen.retries).toEqual([{ store: 'fake', operations: 2, error: REFUSED }])
    expect(seen.commands).toMatchObject([
      { takes: 2, queuedMs: [0, 0], outcome: 'not-executed', error: REFUSED },
      { takes: 2, queuedMs: [10, 10], outcome: 'answered' },
    ])
  })

  test('name only the operations that are sent again', async () => {
    const limiter = limiterOn(store)
    observe(store, seen.observer)
    store.change = (reply, { id }) => (id === 'b' && store.commands.length === 1 ? REFUSED : reply)
    const calls = Promise.all(['a', 'b', 'c'].map((id) => limiter.limit(id)))
    await vi.advanceTimersByTimeAsync(20)
    await calls
    expect(seen.retries).toMatchObject([{ operations: 1 }])
    expect(seen.commands).toMatchObject([
      { takes: 3, outcome: 'answered' },
      { takes: 1, outcome: 'answered' },
    ])
  })

  test('of limiters that are sent apart, as one of them may have been refused', async () => {
    const [one, other] = [limiterOn(store, { name: 'one' }), limiterOn(store, { name: 'other' })]
    observe(store, seen.observer)
    store.fate = (operations) => (operations.length > 1 ? FORBIDDEN : 'answer')
    await Promise.all([one.limit('a'), other.limit('a')])
    expect(seen.retries).toMatchObject([{ operations: 2, error: FORBIDDEN }])
    expect(seen.commands.map(({ outcome }) => outcome)).toEqual(['not-executed', 'answered', 'answered'])
  })
})

test('changes of the breaker are told beside onChange', async () => {
  const onChange = vi.fn()
  const limiter = limiterOn(store, { breaker: { failures: 2, probeAfterMs: 10, onChange } })
  observe(store, seen.observer)
  store.fate = 'fail'
  await rejection(limiter.limit('a'))
  await rejection(limiter.limit('a'))
  store.fate = 'answer'
  vi.advanceTimersByTime(10)
  await limiter.limit('a')
  expect(seen.changes).toMatchObject([
    { store: 'fake', state: 'open', error: { message: 'the store failed' } },
    { store: 'fake', state: 'closed', error: undefined },
  ])
  expect(onChange.mock.calls.flat()).toEqual(seen.changes)
})

test('a breaker that was open before is told at once, and to the new observer alone', async () => {
  const limiter = limiterOn(store, { breaker: { failures: 1, probeAfterMs: 10 } })
  store.fate = 'fail'
  await rejection(limiter.limit('a'))
  observe(store, seen.observer)
  const second = new Recorder()
  observe(store, second.observer)
  const open = { store: 'fake', state: 'open', error: { message: 'the store failed' } }
  expect([seen.changes, second.changes]).toMatchObject([[open], [open]])
  store.fate = 'answer'
  vi.advanceTimersByTime(10)
  await limiter.limit('a')
  const third = new Recorder()
  observe(store, third.observer)
  expect(seen.changes.map(({ state }) => state)).toEqual(['open', 'closed'])
  expect(third.all).toEqual([])
})

test('where requests are isolated, commands of all turns are told', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  const isolated = new FakeStore({ label: 'isolated' })
  const limiter = limiterOn(isolated)
  const stop = observe(isolated, seen.observer)
  observe(limiter, seen.observer)
  for (let turn = 1; turn <= 3; turn++) {
    await limiter.limit('a')
    await turns()
  }
  isolated.fate = 'hang'
  const call = rejection(limiter.limit('a'))
  await vi.advanceTimersByTimeAsync(1000)
  await call
  await turns()
  expect(seen.commands.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered', 'unknown'])
  expect(seen.decided).toEqual([...Array(3).fill('limit allowed store'), 'limit error none'])
  stop()
  isolated.fate = 'answer'
  await limiter.limit('a')
  expect(seen.commands).toHaveLength(4)
})
