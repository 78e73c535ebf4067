import { FixedWindowRateLimiter } from '@rl/core'
import { instrument } from '@rl/otel'
import { expect, onTestFinished, test } from 'vitest'
import { measured } from './measure.ts'
import { busy, lost, refused, ScriptedStore } from './scripted-store.ts'

test('each command is a duration, and each of its operations a wait, by how it failed', async () => {
  const { provider, counts, histograms } = measured()
  const store = new ScriptedStore('shop', [undefined, lost, refused])
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1h', onStoreError: 'allow' })
  onTestFinished(instrument({ limiters: [limiter], stores: [store], meterProvider: provider }))
  await Promise.all(['a', 'b', 'c'].map((id) => limiter.limit(id)))
  await limiter.limit('a')
  await limiter.limit('a')
  expect(store.commands).toBe(3)
  expect(await counts('rl.store.duration')).toEqual({
    'rl.store=shop': 1,
    'error.type=unknown rl.store=shop': 1,
    'error.type=not-executed rl.store=shop': 1,
  })
  expect(await counts('rl.request.time_in_queue')).toEqual({
    'rl.store=shop': 3,
    'error.type=unknown rl.store=shop': 1,
    'error.type=not-executed rl.store=shop': 1,
  })
  for (const name of ['rl.store.duration', 'rl.request.time_in_queue']) {
    for (const { value } of await histograms(name)) {
      expect(value.max).toBeLessThan(60) // seconds, not milliseconds of one second or more
      expect(value.buckets.boundaries).toEqual([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
      ])
    }
  }
})

test('operations that are sent again are counted', async () => {
  const { provider, counts } = measured()
  const store = new ScriptedStore('shop', [busy, busy])
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1h', deadlineMs: 60_000 })
  onTestFinished(instrument({ limiters: [limiter], stores: [store], meterProvider: provider }))
  await Promise.all([limiter.limit('a'), limiter.limit('b')])
  expect(await counts('rl.retries')).toEqual({ 'rl.store=shop': 4 })
})

test('the gauge shows breakers that are open, and stores whose breaker is closed', async () => {
  const { provider, counts } = measured()
  const stores = [
    new ScriptedStore('shop', [lost]),
    new ScriptedStore('shop', [lost]), // with the same label
    new ScriptedStore('other'),
  ]
  const limiters = stores.map(
    (store) =>
      new FixedWindowRateLimiter({
        name: 'api',
        store,
        limit: 10,
        window: '1h',
        onStoreError: 'allow',
        breaker: { failures: 1, probeAfterMs: 1 },
      }),
  )
  onTestFinished(instrument({ limiters, stores, meterProvider: provider }))
  expect(await counts('rl.breaker.open')).toEqual({ 'rl.store=shop': 0, 'rl.store=other': 0 })
  for (const limiter of limiters) await limiter.limit('a')
  expect(await counts('rl.breaker.open')).toEqual({ 'rl.store=shop': 2, 'rl.store=other': 0 })
  for (const limiter of limiters) await expect.poll(async () => (await limiter.limit('a')).source).toBe('store')
  expect(await counts('rl.breaker.open')).toEqual({ 'rl.store=shop': 0, 'rl.store=other': 0 })
})

test('a breaker that is open when recording ends is not shown as open ever after, but again when recording begins again', async () => {
  const { provider, counts } = measured()
  const store = new ScriptedStore('shop', [lost])
  const breaker = { failures: 1, probeAfterMs: 60_000 }
  const options = { name: 'api', limit: 10, window: '1h', onStoreError: 'allow', breaker } as const
  const limiter = new FixedWindowRateLimiter({ ...options, store })
  const stop = instrument({ limiters: [limiter], stores: [store], meterProvider: provider })
  await limiter.limit('a')
  expect(await counts('rl.breaker.open')).toEqual({ 'rl.store=shop': 1 })
  stop()
  expect(await counts('rl.breaker.open')).toEqual({ 'rl.store=shop': 0 })
  onTestFinished(instrument({ limiters: [limiter], stores: [store], meterProvider: provider }))
  expect(await counts('rl.breaker.open')).toEqual({ 'rl.store=shop': 1 })
})

test('stores over one client are recorded once', async () => {
  const { provider, counts } = measured()
  const client = {}
  const stores = [new ScriptedStore('shop', [], client), new ScriptedStore('shop', [], client)] as const
  const limiter = new FixedWindowRateLimiter({ name: 'api', store: stores[0], limit: 10, window: '1h' })
  onTestFinished(instrument({ limiters: [limiter, limiter], stores, meterProvider: provider }))
  await limiter.limit('a')
  expect(await counts('rl.store.duration')).toEqual({ 'rl.store=shop': 1 })
  expect(await counts('rl.decisions')).toEqual({
    'rl.policy=api rl.result=allowed rl.shadow=false rl.source=store': 1,
  })
})
