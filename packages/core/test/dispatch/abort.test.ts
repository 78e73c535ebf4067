import { getEventListeners } from 'node:events'
import { beforeEach, describe, expect, test } from 'vitest'
import { Breaker } from '../../src/dispatch/breaker.ts'
import type { Caller } from '../../src/dispatch/chunk.ts'
import { Dispatcher } from '../../src/dispatch/dispatcher.ts'
import { Lane } from '../../src/dispatch/lane.ts'
import { SharedTake } from '../../src/dispatch/shared-take.ts'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import type { FixedWindowRateLimiter } from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { rejection, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const REASON = new Error('the caller went away')

let store: FakeStore
let limiter: FixedWindowRateLimiter
let controller: AbortController
let signal: AbortSignal

beforeEach(() => {
  store = new FakeStore()
  limiter = limiterOn(store)
  controller = new AbortController()
  signal = controller.signal
})

describe('a signal that is aborted already', () => {
  test('rejects every method with its reason, and nothing is sent', async () => {
    const decision = await limiter.limit('a')
    store.commands.length = 0
    controller.abort(REASON)
    expect(await rejection(limiter.limit('a', { signal }))).toBe(REASON)
    expect(await rejection(limiter.isAllowed('a', { signal }))).toBe(REASON)
    expect(await rejection(limiter.peek('a', { signal }))).toBe(REASON)
    expect(await rejection(limiter.refund(decision, { signal }))).toBe(REASON)
    expect(await rejection(limiter.reset('a', { signal }))).toBe(REASON)
    await turns()
    expect(store.commands).toEqual([])
    expect(await limiter.refund(decision)).toBe(true)
  })

  test('is no matter of failure policy', async () => {
    const lenient = limiterOn(store, { onStoreError: 'allow' })
    expect(await rejection(lenient.limit('a', { signal: AbortSignal.abort(REASON) }))).toBe(REASON)
  })
})

describe('aborted before it is sent', () => {
  test.each(['limit', 'reset'] as const)('a lone %s sends nothing, and the next call is served', async (method) => {
    const answer = rejection(limiter[method]('a', { signal }))
    controller.abort(REASON)
    expect(await answer).toBe(REASON)
    await turns()
    expect(store.commands).toEqual([])
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 9 })
  })

  test('a call leaves its command, and the others their places', async () => {
    const settled = Promise.allSettled([
      limiter.limit('a'),
      limiter.limit('a', { signal }),
      limiter.limit('a'),
      limiter.limit('b', { signal }),
      limiter.limit('c'),
    ])
    controller.abort(REASON)
    const outcomes = (await settled).map((each) => (each.status === 'rejected' ? each.reason : each.value.remaining))
    expect(outcomes).toEqual([9, REASON, 8, REASON, 9])
    expect(store.sent).toEqual([['a 2x1', 'c 1x1']])
  })

  test('also where it waits for a command in flight', async () => {
    store.isHolding = true
    const first = limiter.limit('a')
    await turns()
    const answer = rejection(limiter.limit('b', { signal }))
    controller.abort(REASON)
    expect(await answer).toBe(REASON)
    store.release()
    await first
    await turns()
    expect(store.sent).toEqual([['a 1x1']])
  })

  test('a call that comes after, in the same turn, is served', async () => {
    const gone = rejection(limiter.limit('a', { signal }))
    controller.abort(REASON)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 9 })
    expect(await gone).toBe(REASON)
    expect(store.sent).toEqual([['a 1x1']])
  })
})

describe('aborted after it was sent', () => {
  test('a call rejects at once; what it took stays taken, and the others get their answers', async () => {
    store.isHolding = true
    const answers = [limiter.limit('a', { signal }), limiter.limit('a')]
    const gone = rejection(answers[0] as Promise<unknown>)
    await turns()
    controller.abort(REASON)
    expect(await gone).toBe(REASON)
    store.release()
    expect(await answers[1]).toMatchObject({ allowed: true, remaining: 8 })
  })

  test('a refund rejects at once, and its units are not given back twice', async () => {
    const decision = await limiter.limit('a')
    store.isHolding = true
    const answer = rejection(limiter.refund(decision, { signal }))
    await turns()
    controller.abort(REASON)
    expect(await answer).toBe(REASON)
    expect(await limiter.refund(decision)).toBe(false)
    expect(store.sent).toEqual([['a 1x1'], ['a -1']])
  })

  test('a reset rejects at once', async () => {
    store.fate = 'hang'
    const answer = rejection(limiter.reset('a', { signal }))
    await turns()
    controller.abort(REASON)
    expect(await answer).toBe(REASON)
  })
})

test('aborted while a fallback is asked, a call rejects at once, also where the store answers at once', async () => {
  const full = FakeStore.atOnce()
  full.fate = 'fail'
  store.fate = 'hang'
  const falling = limiterOn(full, { deadlineMs: 2 ** 31 - 1, onStoreError: store })
  const answer = rejection(falling.limit('b', { signal }))
  await turns()
  expect(store.commands).toHaveLength(1)
  controller.abort(REASON)
  expect(await answer).toBe(REASON)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

describe('no listener stays on a signal', () => {
  const listeners = () => getEventListeners(signal, 'abort').length

  test('after an answer', async () => {
    const decision = limiter.limit('a', { signal })
    expect(listeners()).toBe(1)
    await limiter.refund(await decision, { signal })
    await limiter.peek('a', { signal })
    await limiter.isAllowed('a', { signal })
    await limiter.reset('a', { signal })
    expect(listeners()).toBe(0)
  })

  test('after an answer at once, or one of a fast path', async () => {
    const fast = limiterOn(FakeStore.atOnce(), { limit: 5, fastPaths: [lease({ share: 1 }), denyCache()] })
    const sources = new Set<string>()
    for (let i = 0; i < 10; i++) sources.add((await fast.limit('a', { signal })).source)
    expect([...sources].sort()).toEqual(['deny-cache', 'lease', 'store'])
    expect(listeners()).toBe(0)
  })

  test('after a fast path threw', async () => {
    const broken = limiterOn(store, {
      fastPaths: [
        (owner) => ({
          ...lease()(owner),
          answer: () => {
            throw new Error('broken')
          },
        }),
      ],
    })
    await rejection(broken.limit('a', { signal }))
    expect(listeners()).toBe(0)
  })

  test('after a failure of the store', async () => {
    store.fate = 'fail'
    await rejection(limiter.limit('a', { signal }))
    await rejection(limiter.reset('a', { signal }))
    expect(listeners()).toBe(0)
  })

  test('after a bad identifier, cost or limit', async () => {
    await rejection(limiter.limit('', { signal }))
    await rejection(limiter.limit('a', { signal, cost: -1 }))
    await rejection(limiter.limit('a', { signal, limit: -1 }))
    expect(listeners()).toBe(0)
  })

  test.each(['throw', 'allow', 'deny'] as const)(
    'after calls that the store was not asked about, under %s',
    async (policy) => {
      store.fate = 'fail'
      const without = limiterOn(store, { breaker: { failures: 1 }, onStoreError: policy })
      for (let i = 0; i < 20; i++) await Promise.allSettled([without.limit('a', { signal })])
      expect(store.commands).toHaveLength(1)
      expect(listeners()).toBe(0)
    },
  )

  test('after many calls on one signal', async () => {
    for (let i = 0; i < 20; i++) await Promise.all(['a', 'b', 'a'].map((id) => limiter.limit(id, { signal })))
    expect(listeners()).toBe(0)
  })

  test('after an abort', async () => {
    const answer = rejection(limiter.limit('a', { signal }))
    controller.abort(REASON)
    await answer
    expect(listeners()).toBe(0)
  })
})

test('aborting n waiting calls of one identifier is work in proportion to n', async () => {
  const n = 20_000
  let looks = 0
  class CountedCaller implements Caller {
    readonly canLeave = true
    waits = true
    get isWaiting(): boolean {
      looks++
      return this.waits
    }
  }
  const owner = { scope: 'api', timesToPrefetch: () => 0, answered() {}, failed() {}, abandoned() {} }
  const windows = [{ limit: 10, windowMs: 60_000, anchor: 'epoch' }] as const
  const costs = [1]
  const dispatcher = new Dispatcher(store, new Breaker('store'))
  store.isHolding = true
  const lane = new Lane<never>()
  const other = new CountedCaller()
  dispatcher.enqueue(new SharedTake(owner, lane, 'first', other, windows, costs, 60_000), other)
  await turns()
  const callers = Array.from({ length: n }, () => new CountedCaller())
  const [first, ...others] = callers as [CountedCaller, ...CountedCaller[]]
  const take = new SharedTake(owner, lane, 'a', first, windows, costs, 60_000)
  dispatcher.enqueue(take, first)
  for (const caller of others) {
    if (!take.join(caller, windows, costs)) throw new Error('did not join')
    take.chunk?.carry(caller)
  }
  for (const caller of callers.slice(0, -1)) {
    caller.waits = false
    take.leave()
  }
  store.release()
  await turns()
  expect(store.sent).toEqual([['first 1x1'], ['a 1x1']])
  expect(looks).toBeLessThan(10 * n)
})
