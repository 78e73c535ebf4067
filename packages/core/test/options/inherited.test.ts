import { afterEach, beforeEach, expect, test } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import type { FixedWindowRateLimiter } from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

// A vulnerable merge elsewhere has left options in Object.prototype.

const LEFT: Record<string, unknown> = {
  cost: 0,
  limit: 1_000_000,
  signal: AbortSignal.abort(new Error('inherited')),
  window: '1d',
  windows: [{ limit: 7, window: '1d' }],
  anchor: 'first-hit',
  unit: 'tokens',
  tokens: 1_000_000,
  deadlineMs: 5,
  onStoreError: 'allow',
  fallbackShare: 0.001,
  breaker: false,
  failures: 1,
  probeAfterMs: 5,
  fastPaths: [() => null],
  share: 1,
  maxKeys: 1,
  maxAgeMs: 1,
}

let store: FakeStore
let make: () => FixedWindowRateLimiter

beforeEach(() => {
  store = new FakeStore()
  make = () => limiterOn(store, { limit: 2, window: '1m', windows: undefined })
  for (const [name, value] of Object.entries(LEFT)) {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: false })
  }
})
afterEach(() => {
  for (const name of Object.keys(LEFT)) Reflect.deleteProperty(Object.prototype, name)
})

test('the limiter has the options it was given', async () => {
  const limiter = make()
  const [{ limit, windowMs, anchor }] = limiter.windows as unknown as [
    { limit: number; windowMs: number; anchor: string },
  ]
  const decisions = [await limiter.limit('a'), await limiter.limit('a', {}), await limiter.limit('a')]
  const [one, two, three] = decisions.map(({ allowed, source }) => `${allowed} ${source}`)
  const costs = store.takes.map(({ costs }) => costs.join())
  for (const name of Object.keys(LEFT)) Reflect.deleteProperty(Object.prototype, name)
  expect([limit, windowMs, anchor]).toEqual([2, 60_000, 'epoch'])
  expect([one, two, three]).toEqual(['true store', 'true store', 'false store'])
  expect(costs).toEqual(['1', '1', '1'])
})

test('peek, refund and reset have no options that they were not given', async () => {
  const limiter = make()
  const decision = await limiter.limit('a')
  const { remaining } = await limiter.peek('a', {})
  const refunded = await limiter.refund(decision, {})
  await limiter.reset('a', {})
  const sent = store.sent.flat()
  for (const name of Object.keys(LEFT)) Reflect.deleteProperty(Object.prototype, name)
  expect([remaining, refunded]).toEqual([1, true])
  expect(sent).toEqual(['a 1x1', 'a 1x0', 'a -1', 'a clear'])
})

test('nor have fast paths, breaker, windows and costs', async () => {
  const fastPaths = [lease({}), denyCache({})]
  const windows = [
    { limit: 10, window: '1m' },
    { limit: 20, window: '1h' },
  ]
  const limiter = limiterOn(store, { windows, breaker: {}, fastPaths })
  store.fate = 'fail'
  let failed = 0
  for (let i = 0; i < 10; i++) await limiter.limit('a').catch(() => failed++)
  const asked = store.commands.length
  const units = limiter.windows.map(({ unit, anchor }) => `${unit} ${anchor}`)
  for (const name of Object.keys(LEFT)) Reflect.deleteProperty(Object.prototype, name)
  expect([failed, asked]).toEqual([10, 5])
  expect(units).toEqual(['undefined epoch', 'undefined epoch'])
})
