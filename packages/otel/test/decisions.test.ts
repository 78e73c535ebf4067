import { FixedWindowRateLimiter, StoreError } from '@rl/core'
import { denyCache, lease } from '@rl/core/fast-paths'
import { shadow } from '@rl/core/shadow'
import { MemoryStore } from '@rl/memory'
import { instrument } from '@rl/otel'
import { expect, onTestFinished, test } from 'vitest'
import { measured } from './measure.ts'

const now = (): number => 0

test('decisions are counted by policy, result, source and shadow; peeks are not', async () => {
  const { provider, counts } = measured()
  const store = new MemoryStore({ now })
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 2, window: '1h', fastPaths: [denyCache()] })
  const candidate = new FixedWindowRateLimiter({ name: 'next', store, limit: 1, window: '1h' })
  const tried = shadow(candidate)
  onTestFinished(instrument({ limiters: [limiter, tried], stores: [], meterProvider: provider }))
  await limiter.peek('user')
  for (let i = 0; i < 5; i++) await limiter.limit('user')
  expect(await limiter.isAllowed('other')).toBe(true)
  for (let i = 0; i < 4; i++) await (await tried.limit('user')).shadow
  await expect(limiter.limit('')).rejects.toThrow('id')
  const reason = AbortSignal.abort(new Error('user_123 left'))
  await expect(limiter.limit('user', { signal: reason })).rejects.toThrow('left')
  expect(await counts('rl.decisions')).toEqual({
    'rl.policy=api rl.result=allowed rl.shadow=false rl.source=store': 3,
    'rl.policy=api rl.result=denied rl.shadow=false rl.source=deny-cache': 3,
    'error.type=option rl.policy=api rl.result=error rl.shadow=false': 1,
    'error.type=_OTHER rl.policy=api rl.result=error rl.shadow=false': 1,
    'rl.policy=next rl.result=allowed rl.shadow=false rl.source=shadow': 4,
    'rl.policy=next rl.result=allowed rl.shadow=true rl.source=store': 1,
    'rl.policy=next rl.result=denied rl.shadow=true rl.source=store': 3,
  })
})

test.each([
  ['throw', 'error.type=unknown rl.policy=api rl.result=error rl.shadow=false'],
  ['allow', 'error.type=unknown rl.policy=api rl.result=allowed rl.shadow=false rl.source=failure-policy'],
  ['deny', 'error.type=unknown rl.policy=api rl.result=denied rl.shadow=false rl.source=failure-policy'],
] as const)("a failing store under '%s' is counted as what the caller gets", async (onStoreError, expected) => {
  const { provider, counts, names } = measured()
  const failing = { apply: () => Promise.reject(new StoreError('it is gone', { outcome: 'unknown' })) }
  const limiter = new FixedWindowRateLimiter({ name: 'api', store: failing, limit: 2, window: '1h', onStoreError })
  onTestFinished(instrument({ limiters: [limiter], stores: [], meterProvider: provider }))
  await limiter.limit('user').catch(() => {})
  expect(await counts('rl.decisions')).toEqual({ [expected]: 1 })
  expect(await names()).not.toContain('rl.units')
})

test('units are those of allowed calls, once for all windows of a unit', async () => {
  const { provider, counts } = measured()
  const store = new MemoryStore({ now })
  const units = new FixedWindowRateLimiter({
    name: 'llm',
    store,
    windows: [
      { unit: 'requests', limit: 10, window: '1m' },
      { unit: 'tokens', limit: 1000, window: '1m' },
      { unit: 'tokens', limit: 5000, window: '1d' },
    ],
  })
  const plain = new FixedWindowRateLimiter({
    name: 'api',
    store,
    windows: [
      { limit: 10, window: '1m' },
      { limit: 100, window: '1d' },
    ],
    fastPaths: [lease({ share: 0.5 })],
  })
  onTestFinished(instrument({ limiters: [units, plain], stores: [], meterProvider: provider }))
  await units.limit('tenant', { cost: { requests: 1, tokens: 700 } })
  await units.limit('tenant', { cost: { requests: 1, tokens: 700 } }) // denied
  await units.limit('tenant', { cost: { requests: 2, tokens: 0 } })
  for (let i = 0; i < 3; i++) await plain.limit('user', { cost: 3 })
  await plain.limit('user', { cost: 3 }) // denied
  await plain.peek('user', { cost: 1 })
  expect(await counts('rl.units')).toEqual({
    'rl.policy=api': 9,
    'rl.policy=llm rl.unit=requests': 3,
    'rl.policy=llm rl.unit=tokens': 700,
  })
})

test('utilization is the share that is used of the fullest window', async () => {
  const { provider, histograms } = measured()
  const store = new MemoryStore({ now })
  const windows = [
    { limit: 100, window: '1m' },
    { limit: 10, window: '1d' },
  ]
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, windows })
  const none = new FixedWindowRateLimiter({ name: 'none', store, limit: 0, window: '1m' })
  onTestFinished(instrument({ limiters: [limiter, none], stores: [], meterProvider: provider }))
  await limiter.limit('user', { cost: 3 })
  await limiter.limit('user', { cost: 7 })
  await limiter.limit('user') // denied, with nothing left
  await none.limit('user')
  const [api, full] = await histograms('rl.utilization')
  expect(api?.attributes).toEqual({ 'rl.policy': 'api' })
  expect(api?.value).toMatchObject({ count: 3, min: 0.3, max: 1, sum: 2.3 })
  expect(api?.value.buckets.counts).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0])
  expect(api?.value.buckets.boundaries).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1])
  expect(full?.value).toMatchObject({ count: 1, sum: 1 })
})

test('many policies, say one for each tenant, become one after the first 200', async () => {
  const { provider, counts } = measured()
  const store = new MemoryStore({ now })
  const limiters = Array.from(
    { length: 300 },
    (_, i) => new FixedWindowRateLimiter({ name: `tenant ${i}`, store, limit: 1, window: '1m' }),
  )
  const [first, second] = [limiters.slice(0, 150), limiters.slice(150)]
  onTestFinished(instrument({ limiters: first, stores: [], meterProvider: provider }))
  onTestFinished(instrument({ limiters: second, stores: [], meterProvider: provider }))
  for (const limiter of limiters) await limiter.limit('user')
  const counted = await counts('rl.decisions')
  expect(Object.keys(counted)).toHaveLength(201)
  expect(counted['rl.policy=_OTHER rl.result=allowed rl.shadow=false rl.source=store']).toBe(100)
})
