import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { buffered, type DecisionEvent, type Observer, observe } from '../../src/observe/index.ts'
import { shadow } from '../../src/shadow/index.ts'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { FakeStore, type Fate, REFUSED } from '../support/fake-store.ts'
import { turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { ClockedStore, fakeTime, pass } from '../wait-queue/clocked-store.ts'

fakeTime()

const user = new AsyncLocalStorage<string>()

/** For each event, its kind and the user in whose context it was told. */
let told: string[]
let observer: Observer

beforeEach(() => {
  told = []
  const tell = (kind: string) => () => told.push(`${kind} ${user.getStore()}`)
  observer = {
    decision: ({ id, isShadow }: DecisionEvent) =>
      told.push(`${isShadow ? 'shadow' : 'decision'} of ${id} ${user.getStore()}`),
    command: tell('command'),
    retry: tell('retry'),
    wait: ({ state, id }) => told.push(`${state} of ${id} ${user.getStore()}`),
    includeIdentifiers: true,
  }
})
afterEach(() => vi.restoreAllMocks())

/** Calls in a context of the user's own. */
const as = <T>(id: string, call: (id: string) => Promise<T>): Promise<T> => user.run(id, () => call(id))

test.each<[string, FakeStore]>([
  ['sends commands', new FakeStore()],
  ['answers at once', FakeStore.atOnce()],
])('decisions are told in the context of their callers, by a store that %s', async (_, store) => {
  const limiter = limiterOn(store)
  observe(limiter, observer)
  await Promise.all(['a', 'b', 'c'].map((id) => as(id, () => limiter.limit(id))))
  await Promise.all(['a', 'b'].map((id) => as(id, () => Promise.allSettled([limiter.limit(id, { cost: -1 })]))))
  expect(told).toEqual(['a', 'b', 'c', 'a', 'b'].map((id) => `decision of ${id} ${id}`))
})

test.each<[Fate, string[]]>([
  ['answer', ['command']],
  ['fail', ['command']],
  ['hang', ['command']],
  [REFUSED, ['command', 'retry', 'command']],
])('a command and its retry are told in the context of a caller that it carries: %s', async (fate, kinds) => {
  const store = new FakeStore()
  const limiter = limiterOn(store)
  observe(store, observer)
  await as('before', (id) => limiter.limit(id))
  store.fate = () => (store.commands.length === 2 ? fate : 'answer')
  told.length = 0
  const call = as('a', (id) => Promise.allSettled([limiter.limit(id)]))
  await pass(1000)
  await call
  expect(told).toEqual(kinds.map((kind) => `${kind} a`))
})

test('who waits is told in the context of who waits', async () => {
  const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), { maxWaitMs: 100_000 })
  observe(queue, observer)
  await as('k', (id) => queue.limit(id))
  told.length = 0
  const calls = ['u1', 'u2'].map((name) => user.run(name, () => queue.limit('k')))
  await pass(90_000)
  await Promise.all(calls)
  expect(told).toEqual([
    'waiting of k u1',
    'waiting of k u2',
    'admitted of k u1',
    'decision of k u1',
    'admitted of k u2',
    'decision of k u2',
  ])
})

test('a candidate’s decision is told in the context of the call', async () => {
  const limiter = shadow(limiterOn(new FakeStore(), { name: 'trial' }), { live: limiterOn(new FakeStore()) })
  observe(limiter, observer)
  await Promise.all(['a', 'b'].map((id) => as(id, () => limiter.limit(id))))
  await turns()
  expect(told.toSorted()).toEqual(['decision of a a', 'decision of b b', 'shadow of a a', 'shadow of b b'])
})

test('what was buffered is told in nobody’s context or, where requests are isolated, in that of a call', async () => {
  const limiter = limiterOn(new FakeStore())
  observe(limiter, buffered(observer))
  await Promise.all(['a', 'b'].map((id) => as(id, () => limiter.limit(id))))
  await turns()
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  const isolated = limiterOn(new FakeStore())
  observe(isolated, buffered(observer))
  await Promise.all(['a', 'b'].map((id) => as(id, () => isolated.limit(id))))
  await turns()
  vi.unstubAllGlobals()
  const expected = ['of a undefined', 'of b undefined', 'of a a', 'of b a']
  expect(told).toEqual(expected.map((each) => `decision ${each}`))
})
