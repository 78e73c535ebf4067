import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import { OptionError, StoreError } from '../../src/index.ts'
import { observe } from '../../src/observe/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { inTurn, rejection, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { Recorder } from './recorder.ts'

let store: FakeStore
let seen: Recorder

beforeEach(() => {
  store = new FakeStore({ label: 'fake' })
  seen = new Recorder()
})
afterEach(() => {
  vi.useRealTimers()
})

test('says what was decided, by whom, and how full the windows are', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const windows = [
    { unit: 'requests', limit: 10, window: '1m' },
    { unit: 'tokens', limit: 200, window: '1h' },
  ] as const
  const limiter = limiterOn(store, { windows })
  observe(limiter, seen.observer)
  store.isHolding = true
  const startedAt = performance.now()
  const call = limiter.limit('a', { cost: { requests: 1, tokens: 150 } })
  await turns()
  vi.advanceTimersByTime(7)
  store.release()
  const decision = await call
  expect(seen.decisions).toEqual([
    {
      ...{ policy: 'api', store: 'fake', operation: 'limit', result: 'allowed', source: 'store', isShadow: false },
      windows: 'windows' in decision ? decision.windows : [],
      shareLeft: 0.25,
      ...{ startedAt, durationMs: 7, error: undefined, id: undefined },
    },
  ])
  expect(seen.decisions[0]?.windows).toMatchObject([
    { unit: 'requests', cost: 1, limit: 10, remaining: 9, resetAt: T0 + 30_000 },
    { unit: 'tokens', cost: 150, limit: 200, remaining: 50 },
  ])
})

test('one event for each call of limit, isAllowed and peek, none for what changes a decision', async () => {
  const limiter = limiterOn(store, { limit: 2 })
  observe(limiter, seen.observer)
  const decision = await limiter.limit('a')
  await limiter.peek('a')
  await limiter.isAllowed('a')
  await limiter.isAllowed('a')
  await limiter.refund(decision)
  await limiter.reset('a')
  await limiter.drain()
  expect(seen.decided).toEqual([
    'limit allowed store',
    'peek allowed store',
    'limit allowed store',
    'limit denied store',
  ])
  expect(seen.decisions.map(({ shareLeft }) => shareLeft)).toEqual([0.5, 0.5, 0, 0])
})

test('nothing is left of a limit of 0', async () => {
  const limiter = limiterOn(store, { limit: 0 })
  observe(limiter, seen.observer)
  await limiter.limit('a')
  expect(seen.decisions).toMatchObject([{ result: 'denied', shareLeft: 0 }])
})

describe('tells where a decision comes from', () => {
  test('the store, or a store that answers at once', async () => {
    for (const each of [store, FakeStore.atOnce()]) {
      const limiter = limiterOn(each, { limit: 1 })
      observe(limiter, seen.observer)
      await inTurn(2, () => limiter.limit('a'))
    }
    expect(seen.decided).toEqual(['allowed', 'denied', 'allowed', 'denied'].map((result) => `limit ${result} store`))
    expect(seen.decisions.map((event) => event.store)).toEqual(['fake', 'fake', 'store', 'store'])
  })

  test('a lease and the deny cache', async () => {
    const limiter = limiterOn(store, { limit: 40, fastPaths: [lease(), denyCache()] })
    observe(limiter, seen.observer)
    await inTurn(42, () => limiter.limit('a'))
    expect(new Set(seen.decided)).toEqual(
      new Set(['limit allowed store', 'limit allowed lease', 'limit denied deny-cache']),
    )
    expect(seen.decided).toHaveLength(42)
  })

  test('a fallback store, under the label of the first', async () => {
    store.fate = 'fail'
    const limiter = limiterOn(store, { onStoreError: new FakeStore({ label: 'other' }) })
    observe(limiter, seen.observer)
    await limiter.limit('a')
    expect(seen.decisions).toMatchObject([{ result: 'allowed', source: 'fallback', store: 'fake', error: undefined }])
  })

  test.each([
    ['allow', 'allowed'],
    ['deny', 'denied'],
  ] as const)('the failure policy %s, with the error and no figures', async (onStoreError, result) => {
    store.fate = 'fail'
    const limiter = limiterOn(store, { onStoreError })
    observe(limiter, seen.observer)
    await limiter.limit('a')
    expect(seen.decisions).toMatchObject([{ result, source: 'failure-policy', windows: [], shareLeft: undefined }])
    expect(seen.decisions[0]?.error).toBeInstanceOf(StoreError)
  })

  test('none, if the call rejects: the store failed, an option was wrong, the call was aborted', async () => {
    const limiter = limiterOn(store)
    observe(limiter, seen.observer)
    const signal = AbortSignal.abort('closed')
    const wrong = await rejection(limiter.limit('a', { cost: -1 }))
    const aborted = await rejection(limiter.limit('a', { signal }))
    store.fate = 'fail'
    const failed = await rejection(limiter.peek('a'))
    expect(seen.decided).toEqual(['limit error none', 'limit error none', 'peek error none'])
    expect(seen.decisions.map(({ error }) => error)).toEqual([wrong, aborted, failed])
    expect(wrong).toBeInstanceOf(OptionError)
    expect(failed).toBeInstanceOf(StoreError)
    expect(seen.decisions).toMatchObject(Array(3).fill({ windows: [], shareLeft: undefined }))
  })
})

test('observers of a limiter are told nothing of another on the same store', async () => {
  const [one, other] = [limiterOn(store, { name: 'one' }), limiterOn(store, { name: 'other' })]
  observe(one, seen.observer)
  await Promise.all([one.limit('a'), other.limit('a')])
  expect(seen.decisions).toMatchObject([{ policy: 'one' }])
})

test('the decision that the caller gets is the limiter’s own', async () => {
  const limiter = limiterOn(store)
  observe(limiter, seen.observer)
  const decision = await limiter.limit('a', { cost: 3 })
  expect(await limiter.refund(decision)).toBe(true)
})

test('an observer is told before the caller goes on', async () => {
  const limiter = limiterOn(store)
  observe(limiter, seen.observer)
  await limiter.limit('a').then(() => expect(seen.decisions).toHaveLength(1))
})
