import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type FixedWindowRateLimiter,
  type OnStoreError,
  StoreError,
  type Take,
  type TakeReply,
} from '../../src/index.ts'
import { GatedStore, RecordingStore, rejection, turns } from '../support.ts'
import { World } from './world.ts'

// Only what the store says it took may be served from a lease.

let world: World

beforeEach(() => {
  world = new World()
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** Fails when told to, either without having taken anything or after it has. */
class FailingStore extends RecordingStore {
  failing: 'not-executed' | 'unknown' | undefined

  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    if (this.failing === 'not-executed') throw new StoreError('refused', { outcome: 'not-executed' })
    const replies = await super.take(takes)
    if (this.failing === 'unknown') throw new Error('connection lost')
    return replies
  }
}

const ahead = (store: RecordingStore) => store.lists.flat().map((take) => take.times - 1)

async function holdingNothing(store: RecordingStore, onStoreError: OnStoreError): Promise<FixedWindowRateLimiter> {
  const limiter = world.limiter({ store, limit: 1000, lease: true, denyCache: true, onStoreError, breaker: false })
  for (let i = 0; i < 4; i++) await limiter.limit('a')
  expect(ahead(store)).toEqual([0, 2])
  return limiter
}

describe.each(['not-executed', 'unknown'] as const)('a store that fails with outcome %s', (outcome) => {
  test.each(['throw', 'allow', 'deny'] as const)("leaves nothing to serve, under '%s'", async (policy) => {
    const store = new FailingStore()
    const limiter = await holdingNothing(store, policy)
    store.failing = outcome
    for (let i = 0; i < 5; i++) {
      const call = limiter.limit('a')
      if (policy === 'throw') expect(await rejection(call)).toBeInstanceOf(StoreError)
      else expect(await call).toMatchObject({ source: 'failure-policy', allowed: policy === 'allow' })
    }
    store.failing = undefined
    const sent = store.sent
    expect(await limiter.limit('a')).toMatchObject({ source: 'store', allowed: true })
    expect(store.sent).toBe(sent + 1)
    // And it goes on taking ahead: no failed command stands in the way.
    expect(ahead(store).at(-1)).toBeGreaterThan(0)
    expect(await limiter.limit('a')).toMatchObject({ source: 'lease', allowed: true })
  })

  test('leaves it to the fallback store, which takes nothing ahead and is not remembered', async () => {
    const store = new FailingStore()
    const fallback = new RecordingStore()
    const limiter = await holdingNothing(store, fallback)
    store.failing = outcome
    for (let i = 0; i < 5; i++) expect(await limiter.limit('a')).toMatchObject({ source: 'fallback', allowed: true })
    expect(await limiter.limit('a', { cost: 1000 })).toMatchObject({ source: 'fallback', allowed: false })
    expect(await limiter.limit('a', { cost: 1000 })).toMatchObject({ source: 'fallback', allowed: false })
    expect(ahead(fallback)).toEqual([0, 0, 0, 0, 0, 0, 0])
  })
})

test('an aborted call has no unit taken for it, and leaves none', async () => {
  const store = new GatedStore()
  const limiter = world.limiter({ store, limit: 1000, lease: true })
  const answer = async (calls: Promise<unknown>[]) => {
    await turns()
    while (store.held > 0) store.release()
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
  expect(store.lists.flat().map(({ times }) => times)).toEqual([1, 3])
  expect(await limiter.limit('a')).toMatchObject({ source: 'lease', remaining: 997 })
  expect(await limiter.limit('a')).toMatchObject({ source: 'lease', remaining: 996 })
  const [last] = await answer([limiter.limit('a')])
  expect(last).toMatchObject({ value: { source: 'store', remaining: 995 } })
})

test('a malformed answer brings nothing', async () => {
  let malformed = false
  const inner = new RecordingStore()
  const store = new RecordingStore({
    take: async (takes) => {
      const replies = await inner.take(takes)
      if (!malformed) return replies
      return takes.map(({ times }) => ({ taken: times + 5, now: 1, windows: [{ used: 0, resetAt: 2 }] }))
    },
  })
  const limiter = await holdingNothing(store, 'throw')
  malformed = true
  expect(await rejection(limiter.limit('a'))).toBeInstanceOf(StoreError)
  malformed = false
  expect(await limiter.limit('a')).toMatchObject({ source: 'store' })
})
