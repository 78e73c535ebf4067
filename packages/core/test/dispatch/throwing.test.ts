import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type FastPath, type FastPathFactory, lease } from '../../src/fast-paths/index.ts'
import { FakeStore, FORBIDDEN, REFUSED } from '../support/fake-store.ts'
import { rejection, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const BUG = new Error('a bug in a fast path')

/** A fast path that knows nothing, and throws in one place for one identifier. */
function throwingIn(method: keyof FastPath): FastPathFactory {
  return () => {
    const nothing: FastPath = {
      answer: () => undefined,
      timesToPrefetch: () => 0,
      learn() {},
      abandoned() {},
      unservedUnits: () => undefined,
      adjusted() {},
      forget() {},
      giveBack: () => [],
    }
    const bug = (first: unknown): never | undefined => {
      const { id, request } = first as { id?: string; request?: unknown }
      if (id === 'bad' || request === 'bad') throw BUG
      return undefined
    }
    const own = nothing[method] as (...args: unknown[]) => unknown
    return { ...nothing, [method]: (...args: unknown[]) => bug(args[0]) ?? own(...args) }
  }
}

let unheard: ReturnType<typeof vi.fn<() => void>>

beforeEach(() => {
  unheard = vi.fn()
  process.on('unhandledRejection', unheard)
  process.on('uncaughtException', unheard)
  onTestFinished(async () => {
    await turns()
    process.off('unhandledRejection', unheard)
    process.off('uncaughtException', unheard)
    expect(unheard).not.toHaveBeenCalled()
  })
})

const METHODS = ['timesToPrefetch', 'learn', 'unservedUnits'] as const

describe.each(METHODS)('a fast path that throws in %s', (method) => {
  test.each(['apply', 'at once'])('fails its own calls alone: a store with %s', async (how) => {
    const store = how === 'apply' ? new FakeStore() : FakeStore.atOnce()
    const limiter = limiterOn(store, { fastPaths: [throwingIn(method)] })
    const settled = await Promise.allSettled(['a', 'bad', 'b', 'bad'].map((id) => limiter.limit(id)))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(settled[1]).toMatchObject({ reason: { name: 'StoreError', cause: BUG } })
    expect(await limiter.limit('c')).toMatchObject({ allowed: true })
    await limiter.drain()
  })

  test.each(['apply', 'at once'])('opens no breaker: a store with %s', async (how) => {
    const store = how === 'apply' ? new FakeStore() : FakeStore.atOnce()
    const limiter = limiterOn(store, { fastPaths: [throwingIn(method)], breaker: { failures: 1 } })
    for (let i = 0; i < 3; i++) expect(await rejection(limiter.limit('bad'))).toMatchObject({ cause: BUG })
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
  })
})

describe('a fast path that throws in abandoned', () => {
  test('fails its own calls alone, when the store fails', async () => {
    const store = new FakeStore()
    store.fate = 'fail'
    const limiter = limiterOn(store, { fastPaths: [throwingIn('abandoned')], breaker: false })
    const settled = await Promise.allSettled(['a', 'bad', 'b'].map((id) => limiter.limit(id)))
    expect(settled).toMatchObject(Array(3).fill({ reason: { message: 'the store failed' } }))
  })

  test.each([
    ['for the moment', REFUSED],
    ['as a whole, together with another limiter', FORBIDDEN],
  ])('leaves no other call unanswered, when the store refuses %s', async (_, refusal) => {
    const store = new FakeStore()
    store.fate = () => (store.commands.length === 1 ? refusal : 'answer')
    const limiter = limiterOn(store, { fastPaths: [throwingIn('abandoned')], deadlineMs: 200 })
    const other = limiterOn(store, { name: 'other', deadlineMs: 200 })
    const calls = [limiter.limit('a'), limiter.limit('bad'), limiter.limit('b'), other.limit('a')].map(watch)
    while (calls.some(({ state }) => state === 'pending')) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(calls.map(({ state }) => state)).toEqual(['resolved', 'rejected', 'resolved', 'resolved'])
    const again = store.commands.slice(1).flat()
    expect(again.map(({ scope, id }) => `${scope}:${id}`).sort()).toEqual(['api:a', 'api:b', 'other:a'])
  })
})

test('a fast path that throws in answer rejects the call, and nothing is sent', async () => {
  const store = new FakeStore()
  const limiter = limiterOn(store, { fastPaths: [throwingIn('answer')] })
  expect(await rejection(limiter.limit('bad'))).toBe(BUG)
  expect(store.commands).toEqual([])
  expect(await limiter.limit('a')).toMatchObject({ allowed: true })
})

test('a later fast path works beside one that throws for other calls', async () => {
  const limiter = limiterOn(new FakeStore(), { limit: 1000, fastPaths: [throwingIn('learn'), lease()] })
  const sources = new Set<string>()
  for (let i = 0; i < 20; i++) sources.add((await limiter.limit('a')).source)
  expect([...sources]).toEqual(['store', 'lease'])
})

test.each([
  () => {
    throw BUG
  },
  async () => {
    throw BUG
  },
])('a breaker callback that throws or rejects fails nothing', async (onChange) => {
  const store = new FakeStore()
  store.fate = 'fail'
  const limiter = limiterOn(store, { breaker: { failures: 1, probeAfterMs: 1, onChange } })
  expect(await rejection(limiter.limit('a'))).toMatchObject({ message: 'the store failed' })
  store.fate = 'answer'
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await limiter.limit('a')).toMatchObject({ allowed: true })
})
