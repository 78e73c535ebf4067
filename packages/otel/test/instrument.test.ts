import { metrics } from '@opentelemetry/api'
import { FixedWindowRateLimiter, OptionError } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { type InstrumentOptions, instrument } from '@rl/otel'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { measured } from './measure.ts'

const ALLOWED = 'rl.policy=api rl.result=allowed rl.shadow=false rl.source=store'

afterEach(() => metrics.disable())

function limiterAndStore(): [FixedWindowRateLimiter, MemoryStore] {
  const store = new MemoryStore()
  return [new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1h' }), store]
}

test('an SDK that is registered after the first decision is used from then on', async () => {
  const [limiter, store] = limiterAndStore()
  onTestFinished(instrument({ limiters: [limiter], stores: [store] }))
  await limiter.limit('user')
  const sdk = measured()
  metrics.setGlobalMeterProvider(sdk.provider)
  await limiter.limit('user')
  expect(await sdk.counts('rl.decisions')).toEqual({ [ALLOWED]: 1 })
  expect(await sdk.counts('rl.breaker.open')).toEqual({ 'rl.store=memory': 0 })
})

test('so is the one that takes its place', async () => {
  const [limiter, store] = limiterAndStore()
  onTestFinished(instrument({ limiters: [limiter], stores: [store] }))
  const sdks = [measured(), measured()]
  for (const { provider } of sdks) {
    metrics.disable()
    metrics.setGlobalMeterProvider(provider)
    await limiter.limit('user')
  }
  for (const { counts } of sdks) expect(await counts('rl.decisions')).toEqual({ [ALLOWED]: 1 })
})

test('a provider of the options is used in place of the global one, and several may be', async () => {
  const [limiter, store] = limiterAndStore()
  const sdks = [measured(), measured(), measured()] as const
  metrics.setGlobalMeterProvider(sdks[0].provider)
  for (const { provider } of sdks.slice(1)) {
    onTestFinished(instrument({ limiters: [limiter], stores: [store], meterProvider: provider }))
  }
  await limiter.limit('user')
  expect(await sdks[0].names()).toEqual([])
  for (const { counts } of sdks.slice(1)) expect(await counts('rl.decisions')).toEqual({ [ALLOWED]: 1 })
})

test('what it returns ends it', async () => {
  const [limiter, store] = limiterAndStore()
  const { provider, counts } = measured()
  const stop = instrument({ limiters: [limiter], stores: [store], meterProvider: provider })
  await limiter.limit('user')
  stop()
  stop()
  await limiter.limit('user')
  expect(await counts('rl.decisions')).toEqual({ [ALLOWED]: 1 })
})

test('without an SDK it does nothing, and fails no call', async () => {
  const [limiter, store] = limiterAndStore()
  onTestFinished(instrument({ limiters: [limiter], stores: [store] }))
  expect(await limiter.isAllowed('user')).toBe(true)
})

test.each<[string, object]>([
  ['limiters must be an array, such as [limiter], received undefined', { stores: [] }],
  [
    'stores must be an array, such as [store], received an instance of MemoryStore',
    { limiters: [], stores: new MemoryStore() },
  ],
  [
    'meterProvider must be a MeterProvider, received a plain object without the method getMeter',
    { limiters: [], stores: [], meterProvider: {} },
  ],
  ['tracerProvider must be a TracerProvider, received "it"', { limiters: [], stores: [], tracerProvider: 'it' }],
  ['(did you mean limiters?)', { limiter: [], stores: [] }],
])('%s', (message, options) => {
  const error = (() => {
    try {
      instrument(options as InstrumentOptions)
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toBeInstanceOf(OptionError)
  expect(String(error)).toContain(message)
})

test('one of several that can not be observed leaves none observed', async () => {
  const [limiter] = limiterAndStore()
  const { provider, names } = measured()
  const wrong = [limiter, {} as FixedWindowRateLimiter]
  expect(() => instrument({ limiters: wrong, stores: [], meterProvider: provider })).toThrow(OptionError)
  await limiter.limit('user')
  expect(await names()).toEqual([])
})
