import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import { type FixedWindowRateLimiter, type OnStoreError, StoreError } from '../../src/index.ts'
import { FakeStore, type Fate, FORBIDDEN } from '../support/fake-store.ts'
import { rejection, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { World } from '../support/world.ts'

// Only what the store says it took may be served from a lease.

let world: World

beforeEach(() => {
  world = new World()
})
afterEach(() => {
  vi.restoreAllMocks()
})

const ahead = (store: FakeStore) => store.takes.map((take) => take.times - 1)

async function holdingNothing(store: FakeStore, onStoreError: OnStoreError): Promise<FixedWindowRateLimiter> {
  const fastPaths = [lease(), denyCache()]
  const limiter = world.limiter(
    { limit: 1000, fastPaths, onStoreError: onStoreError as 'throw', breaker: false },
    store,
  )
  for (let i = 0; i < 4; i++) await limiter.limit('a')
  expect(ahead(store)).toEqual([0, 2])
  return limiter
}

describe.each<[string, Fate]>([
  ['not-executed', FORBIDDEN],
  ['unknown', 'lose'],
])('a store that fails with outcome %s', (_, fate) => {
  test.each(['throw', 'allow', 'deny'] as const)("leaves nothing to serve, under '%s'", async (policy) => {
    const store = new FakeStore()
    const limiter = await holdingNothing(store, policy)
    store.fate = fate
    for (let i = 0; i < 5; i++) {
      const call = limiter.limit('a')
      if (policy === 'throw') expect(await rejection(call)).toBeInstanceOf(StoreError)
      else expect(await call).toMatchObject({ source: 'failure-policy', allowed: policy === 'allow' })
    }
    store.fate = 'answer'
    const sent = store.commands.length
    expect(await limiter.limit('a')).toMatchObject({ source: 'store', allowed: true })
    expect(store.commands).toHaveLength(sent + 1)
    // And it goes on prefetching: no failed command stands in the way.
    expect(ahead(store).at(-1)).toBeGreaterThan(0)
    expect(await limiter.limit('a')).toMatchObject({ source: 'lease', allowed: true })
  })

  test('leaves it to the fallback store, which prefetches nothing and is not remembered', async () => {
    const store = new FakeStore()
    const fallback = new FakeStore()
    const limiter = await holdingNothing(store, fallback)
    store.fate = fate
    for (let i = 0; i < 5; i++) expect(await limiter.limit('a')).toMatchObject({ source: 'fallback', allowed: true })
    expect(await limiter.limit('a', { cost: 1000 })).toMatchObject({ source: 'fallback', allowed: false })
    expect(await limiter.limit('a', { cost: 1000 })).toMatchObject({ source: 'fallback', allowed: false })
    expect(ahead(fallback)).toEqual([0, 0, 0, 0, 0, 0, 0])
  })
})

test('an aborted call has no unit taken for it, and leaves none', async () => {
  const store = new FakeStore()
  store.isHolding = true
  const limiter = world.limiter({ limit: 1000, fastPaths: [lease()] }, store)
  const answer = async (calls: Promise<unknown>[]) => {
    await turns()
    store.release(store.held)
    await turns()
    return Promise.allSettled(calls)
  }
  await answer([limiter.limit('a')])
  const controllers = [new AbortController(), new AbortController()]
  const calls = Promise.allSettled(controllers.map(({ signal }) => limiter.limit('a', { signal })))
  controllers[0]?.abort()
  await turns()
  controllers[1]?.abort() // too late: it is charged already
  await answer([calls])
  expect(await calls).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  expect(store.takes.map(({ times }) => times)).toEqual([1, 3])
  expect(await limiter.limit('a')).toMatchObject({ source: 'lease', remaining: 997 })
  expect(await limiter.limit('a')).toMatchObject({ source: 'lease', remaining: 996 })
  const [last] = await answer([limiter.limit('a')])
  expect(last).toMatchObject({ value: { source: 'store', remaining: 995 } })
})

test('a malformed answer brings nothing', async () => {
  const store = new FakeStore()
  const limiter = await holdingNothing(store, 'throw')
  store.change = (reply) => ({ ...reply, timesTaken: 1000 })
  expect(await rejection(limiter.limit('a'))).toBeInstanceOf(StoreError)
  store.change = (reply) => reply
  expect(await limiter.limit('a')).toMatchObject({ source: 'store' })
})

test('a reply that comes after the deadline brings nothing, nor does it answer a call that was handed to the fallback', async () => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const [store, fallback] = [new FakeStore(), new FakeStore()]
  const options = { limit: 1000, fastPaths: [lease()], onStoreError: fallback as never, breaker: false } as const
  const limiter = limiterOn(store, options)
  await limiter.limit('a')
  store.isHolding = true
  fallback.isHolding = true
  const late = limiter.limit('a')
  await vi.advanceTimersByTimeAsync(500)
  expect([store.held, fallback.held]).toEqual([1, 1])
  store.isHolding = false
  store.release()
  await turns()
  fallback.release()
  expect(await late).toMatchObject({ source: 'fallback' })
  expect(await limiter.limit('a')).toMatchObject({ source: 'store' })
})
