import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sharedDispatch } from '../../src/dispatch/dispatchers.ts'
import { type CounterStore, FixedWindowRateLimiter, OptionError, type RateLimiter } from '../../src/index.ts'
import { CallEvents } from '../../src/observe/call-events.ts'
import { type Observer, observe } from '../../src/observe/index.ts'
import { shadow } from '../../src/shadow/index.ts'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { FakeStore, REFUSED } from '../support/fake-store.ts'
import { rejection, thrown, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { Recorder } from './recorder.ts'

describe('after stop', () => {
  test('nothing is told any more, also of calls and commands under way', async () => {
    const store = new FakeStore()
    const limiter = limiterOn(store)
    const seen = new Recorder()
    const stops = [observe(limiter, seen.observer), observe(store, seen.observer)]
    await limiter.limit('a')
    expect(seen.all).toHaveLength(2)
    store.isHolding = true
    const call = limiter.limit('a')
    await turns()
    for (const stop of stops) stop()
    store.release()
    await call
    store.isHolding = false
    await limiter.limit('a')
    expect(seen.all).toHaveLength(2)
  })

  test('calls and commands go the same way as before', async () => {
    const follow = vi.spyOn(CallEvents.prototype, 'call')
    const store = new FakeStore()
    const limiter = limiterOn(store)
    const stops = [limiter, limiter, store].map((observed) => observe(observed, {}))
    await limiter.limit('a')
    expect([follow.mock.calls.length, sharedDispatch(store).breaker.watcher === undefined]).toEqual([1, false])
    for (const stop of stops) stop()
    await limiter.limit('a')
    expect([follow.mock.calls.length, sharedDispatch(store).breaker.watcher === undefined]).toEqual([1, true])
    follow.mockRestore()
  })

  test('others are told still, and stopping twice stops nobody else', async () => {
    const store = new FakeStore()
    const limiter = limiterOn(store)
    const [first, second] = [new Recorder(), new Recorder()]
    const stopFirst = observe(limiter, first.observer)
    const stopSecond = observe(limiter, second.observer)
    const stopSame = observe(limiter, first.observer)
    await limiter.limit('a')
    stopSame()
    stopSame()
    await limiter.limit('a')
    stopFirst()
    await limiter.limit('a')
    expect([first.decisions.length, second.decisions.length]).toEqual([3, 3])
    stopSecond()
    await limiter.limit('a')
    observe(limiter, second.observer)
    await limiter.limit('a')
    expect([first.decisions.length, second.decisions.length]).toEqual([3, 4])
  })

  test('an observer may stop itself while it is told', async () => {
    const limiter = limiterOn(new FakeStore())
    const [first, last] = [vi.fn(), vi.fn()]
    observe(limiter, { decision: first })
    const stop = observe(limiter, { decision: () => stop() })
    observe(limiter, { decision: last })
    await limiter.limit('a')
    await limiter.limit('a')
    expect([first, last].map(({ mock }) => mock.calls.length)).toEqual([2, 2])
  })
})

describe('an observer that fails', () => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('broken'))],
    ['never resolves', () => new Promise(() => {})],
  ])('as it %s, touches no call and no other observer', async (_, broken) => {
    const store = new FakeStore()
    const limiter = limiterOn(store, { breaker: { failures: 1, probeAfterMs: 1 } })
    const queue = waitQueue(limiter, { maxWaitMs: 0 })
    const seen = new Recorder()
    const all = { decision: broken, command: broken, retry: broken, breaker: broken, wait: broken }
    for (const observed of [limiter, store, queue]) {
      observe(observed, all as Observer)
      observe(observed, seen.observer)
    }
    let commands = 0
    store.fate = () => (commands++ === 0 ? REFUSED : 'answer')
    expect(await queue.limit('a', { cost: 10 })).toMatchObject({ allowed: true })
    expect(await queue.limit('a')).toMatchObject({ allowed: false })
    store.fate = 'fail'
    expect(await rejection(queue.limit('a'))).toMatchObject({ name: 'StoreError', message: 'the store failed' })
    await turns()
    expect(seen.decisions.length + seen.commands.length).toBeGreaterThan(6)
    expect([seen.retries, seen.changes]).toMatchObject([[{ operations: 1 }], [{ state: 'open' }]])
  })
})

describe('identifiers', () => {
  const ID = 'somebody@example.org'

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  async function useEverything(observe: (observed: RateLimiter | CounterStore) => void): Promise<void> {
    const store = new FakeStore()
    const limiter = limiterOn(store, { limit: 1 })
    const queue = waitQueue(limiter, { maxWaitMs: 1e6 })
    const shadowed = shadow(limiterOn(store, { name: 'trial', limit: 0 }), { live: limiter })
    for (const observed of [limiter, store, queue, shadowed]) observe(observed)
    await shadowed.limit(ID)
    const abort = new AbortController()
    const waiting = rejection(queue.limit(ID, { signal: abort.signal }))
    await turns()
    abort.abort()
    await waiting
    await rejection(limiter.limit(ID, { cost: -1 }))
    let commands = 0
    store.fate = () => (commands++ === 0 ? REFUSED : 'fail')
    for (const fate of [store.fate, 'hang'] as const) {
      store.fate = fate
      const call = rejection(limiter.limit(ID))
      await vi.advanceTimersByTimeAsync(1000)
      await call
    }
  }

  test('are in no event', async () => {
    const seen = new Recorder()
    await useEverything((observed) => observe(observed, seen.observer))
    expect(seen.decisions.length).toBeGreaterThan(5)
    expect(seen.waits.map(({ state }) => state)).toEqual(['waiting', 'left'])
    expect(seen.retries).toHaveLength(1)
    for (const event of seen.all) expect(everything(event)).not.toContain('somebody')
  })

  test('are in decisions and waits for observers that ask for them, and for no others', async () => {
    const [seen, other] = [new Recorder(), new Recorder()]
    await useEverything((observed) => {
      observe(observed, { ...seen.observer, includeIdentifiers: true })
      observe(observed, { ...other.observer, includeIdentifiers: false })
    })
    for (const event of [...seen.decisions, ...seen.waits]) expect(event.id).toBe(ID)
    for (const event of [...seen.commands, ...seen.retries, ...other.all])
      expect(everything(event)).not.toContain('somebody')
    expect(seen.decisions).toHaveLength(other.decisions.length)
  })
})

/** All that a value holds, errors, their stacks and causes included. */
function everything(value: unknown): string {
  if (value instanceof Error)
    return [value.message, value.stack, everything({ ...value }), everything(value.cause)].join()
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, each]) => `${name}: ${everything(each)}`)
    .join()
}

describe('what can’t be observed, or can’t observe, is refused', () => {
  const limiter = limiterOn(new FakeStore())
  const what =
    'observed must be a FixedWindowRateLimiter or its waitQueue, shadow or banAfter, of the same copy of @rl/core, or a store'

  test.each<[string, unknown, unknown]>([
    [`${what}, received null`, null, {}],
    [`${what}, received a plain object without the method apply`, { ...limiter }, {}],
    [`${what}, received a function`, FixedWindowRateLimiter, {}],
    ['observer must be a plain object, received a function', limiter, () => {}],
    ['observer must be a plain object, received an instance of Recorder', limiter, new Recorder()],
    [
      'observer must be made of includeIdentifiers, decision, command, retry, breaker, wait (did you mean decision?), received the unknown option "decisions"',
      limiter,
      { decisions: () => {} },
    ],
    ['observer.wait must be a function, received true', limiter, { wait: true }],
    ['observer.includeIdentifiers must be true or false, received "yes"', limiter, { includeIdentifiers: 'yes' }],
  ])('%s', (message, observed, observer) => {
    const error = thrown(() => observe(observed as RateLimiter, observer as Observer))
    expect(error).toBeInstanceOf(OptionError)
    expect((error as OptionError).message).toBe(message)
  })
})
