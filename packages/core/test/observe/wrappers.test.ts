import { describe, expect, test } from 'vitest'
import { observe } from '../../src/observe/index.ts'
import { shadow } from '../../src/shadow/index.ts'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { inTurn, rejection, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { ClockedStore, fakeTime, pass } from '../wait-queue/clocked-store.ts'
import { Recorder } from './recorder.ts'

describe('a wait queue', () => {
  fakeTime()

  test('one decision for each call, however often the limiter was asked, and who waits for how long', async () => {
    const store = new ClockedStore({ label: 'fake' })
    const seen = new Recorder()
    const limiter = limiterOn(store, { limit: 1 })
    const queue = waitQueue(limiter, { maxWaitMs: 45_000 })
    const inside = new Recorder()
    observe(queue, seen.observer)
    observe(limiter, inside.observer)
    await queue.limit('a')
    const calls = [queue.limit('a'), queue.limit('a'), queue.isAllowed('b'), queue.peek('a')]
    await pass(0)
    calls.push(queue.limit('a'))
    expect(seen.waits.map(({ state, waiting }) => [state, waiting])).toEqual([['waiting', 1]])
    await pass(30_000)
    await Promise.all(calls)
    expect(inside.decisions).toHaveLength(1 + 2 + 1 + 1 + 1) // the one that waited was asked for again, the last one not at all
    expect(seen.decided.toSorted()).toEqual([
      'limit allowed store', // the first one
      'limit allowed store', // b's
      'limit allowed store', // that has waited
      'limit denied store',
      'limit denied wait-queue',
      'peek denied store',
    ])
    expect(seen.decisions.at(-1)).toMatchObject({ policy: 'api', store: 'fake', durationMs: 30_000, isShadow: false })
    expect(seen.waits).toEqual([
      { policy: 'api', state: 'waiting', waitedMs: 0, waiting: 1, id: undefined },
      { policy: 'api', state: 'admitted', waitedMs: 30_000, waiting: 0, id: undefined },
    ])
  })

  test('a call that gives up while it waits has left, one that is denied after a wait was denied', async () => {
    const store = new ClockedStore()
    const seen = new Recorder()
    const queue = waitQueue(limiterOn(store, { limit: 1 }), { maxWaitMs: 60_000 })
    observe(queue, seen.observer)
    await queue.limit('a')
    const abort = new AbortController()
    const left = rejection(queue.limit('a', { signal: abort.signal }))
    await pass(1000)
    abort.abort()
    await left
    const denied = queue.limit('a')
    await pass(500)
    await queue.drain()
    await denied
    expect(seen.waits.map(({ state, waitedMs, waiting }) => [state, waitedMs, waiting])).toEqual([
      ['waiting', 0, 1],
      ['left', 1000, 0],
      ['waiting', 0, 1],
      ['denied', 500, 0],
    ])
    expect(seen.decided.slice(1)).toEqual(['limit error none', 'limit denied store'])
  })

  test('the store’s observers get each time that the limiter was asked', async () => {
    const store = new ClockedStore()
    const seen = new Recorder()
    const queue = waitQueue(limiterOn(store, { limit: 1 }), { maxWaitMs: 45_000 })
    observe(store, seen.observer)
    await queue.limit('a')
    const call = queue.limit('a')
    await pass(30_000)
    await call
    expect(seen.commands).toHaveLength(3)
  })

  test('nothing is told after stop', async () => {
    const seen = new Recorder()
    const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), { maxWaitMs: 45_000 })
    const stop = observe(queue, seen.observer)
    await queue.limit('a')
    const call = queue.limit('a')
    await pass(0)
    stop()
    await pass(30_000)
    await call
    expect([seen.decisions.length, seen.waits.length]).toEqual([1, 1])
  })
})

describe('a limiter in shadow', () => {
  test('tells what was decided and, as a shadow, what the candidate would have', async () => {
    const store = new FakeStore({ label: 'fake' })
    const seen = new Recorder()
    const candidate = limiterOn(new FakeStore({ label: 'other' }), { name: 'trial', limit: 1 })
    const limiter = shadow(candidate, { live: limiterOn(store, { limit: 2 }) })
    observe(limiter, seen.observer)
    await inTurn(2, async () => (await limiter.limit('a')).shadow)
    await limiter.isAllowed('a')
    await limiter.peek('b')
    await turns()
    expect(
      seen.decisions.map(({ policy, store, operation, result, isShadow }) => [
        policy,
        store,
        operation,
        result,
        isShadow,
      ]),
    ).toEqual([
      ['api', 'fake', 'limit', 'allowed', false],
      ['trial', 'other', 'limit', 'allowed', true],
      ['api', 'fake', 'limit', 'allowed', false],
      ['trial', 'other', 'limit', 'denied', true],
      ['api', 'fake', 'limit', 'denied', false],
      ['trial', 'other', 'limit', 'denied', true],
      ['api', 'fake', 'peek', 'allowed', false],
      ['trial', 'other', 'peek', 'allowed', true],
    ])
  })

  test('alone, says that everybody was let in', async () => {
    const seen = new Recorder()
    const limiter = shadow(limiterOn(new FakeStore({ label: 'fake' }), { limit: 0 }))
    observe(limiter, seen.observer)
    await (await limiter.limit('a')).shadow
    expect(seen.decided).toEqual(['limit allowed shadow', 'limit denied store in shadow'])
    expect(seen.decisions[0]).toMatchObject({ policy: 'api', store: 'fake', windows: [], shareLeft: undefined })
  })

  test('a candidate that fails is an error, one that is not asked is nothing', async () => {
    const broken = new FakeStore()
    broken.fate = 'fail'
    const seen = new Recorder()
    const candidate = limiterOn(broken, { name: 'trial' })
    const limiter = shadow(candidate, { live: limiterOn(new FakeStore()), sample: 0.5 })
    observe(limiter, seen.observer)
    const trials = await Promise.all(Array.from({ length: 20 }, async (_, i) => (await limiter.limit(`u${i}`)).shadow))
    const asked = trials.filter((trial) => trial !== undefined).length
    expect(asked).toBeLessThan(20)
    expect(seen.decided.filter((each) => each === 'limit error none in shadow')).toHaveLength(asked)
    expect(seen.decided.filter((each) => each === 'limit allowed store')).toHaveLength(20)
  })
})

describe('wrappers of wrappers', () => {
  fakeTime()

  test('a wait queue beside a candidate: one decision for each, and who waits', async () => {
    const store = new ClockedStore()
    const seen = new Recorder()
    const live = waitQueue(limiterOn(store, { limit: 1 }), { maxWaitMs: 45_000 })
    const limiter = shadow(limiterOn(store, { name: 'trial' }), { live })
    const stop = observe(limiter, seen.observer)
    await limiter.limit('a')
    const call = limiter.limit('a')
    await pass(30_000)
    await call
    const decided = [
      'limit allowed store',
      'limit allowed store',
      'limit allowed store in shadow',
      'limit allowed store in shadow',
    ]
    expect(seen.decided.toSorted()).toEqual(decided)
    expect(seen.waits.map(({ state }) => state)).toEqual(['waiting', 'admitted'])
    stop()
    await pass(20_000)
    const later = limiter.limit('a')
    await pass(40_000)
    expect(await later).toMatchObject({ allowed: true })
    expect(seen.all).toHaveLength(6)
  })

  test('a wait queue over a limiter in shadow: the queue’s decisions, and all of the candidate', async () => {
    const store = new ClockedStore({ label: 'fake' })
    const seen = new Recorder()
    const live = limiterOn(store, { limit: 1 })
    const queue = waitQueue(shadow(limiterOn(store, { name: 'trial' }), { live }), { maxWaitMs: 0 })
    observe(queue, seen.observer)
    await inTurn(2, () => queue.limit('a'))
    await turns()
    expect(seen.decided.toSorted()).toEqual([
      'limit allowed store',
      'limit allowed store in shadow',
      'limit allowed store in shadow',
      'limit denied store',
    ])
    expect(seen.decisions.map(({ store }) => store)).toEqual(['fake', 'fake', 'fake', 'fake'])
  })
})
