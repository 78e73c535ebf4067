import { type CounterStore, FixedWindowRateLimiter, type LimiterOptions, StoreError } from '@rl/core'
import { denyCache, lease } from '@rl/core/fast-paths'
import { MemoryStore } from '@rl/memory'
import { afterEach, describe, expect, test } from 'vitest'

let polluted: string | undefined
afterEach(() => {
  if (polluted !== undefined) Reflect.deleteProperty(Object.prototype, polluted)
})

/** Does what a careless merge of somebody's JSON does. */
function pollute(name: string, value: unknown): void {
  polluted = name
  Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true })
}

function limiterOf(options: object = {}): FixedWindowRateLimiter {
  const all = { name: 'api', store: new MemoryStore(), limit: 2, window: '365d', ...options }
  return new FixedWindowRateLimiter(all as LimiterOptions<'throw'>)
}

function severalWindows(): object {
  return { windows: [{ limit: 2, window: 1000 }], limit: undefined, window: undefined }
}

/** Another store each time, as a store has one breaker. */
function failing(): CounterStore {
  return { apply: () => Promise.reject(new Error('down')) }
}

describe('what Object.prototype holds changes nothing for', () => {
  test.each<[string, unknown]>([
    ['cost', 0],
    ['limit', 1_000_000],
    ['signal', 'junk'],
  ])('a call with options, %s', async (name, value) => {
    const limiter = limiterOf()
    pollute(name, value)
    const answers = []
    for (let i = 0; i < 3; i++) answers.push(await limiter.isAllowed('id', name === 'cost' ? {} : { cost: 1 }))
    expect(answers).toEqual([true, true, false])
  })

  test.each<[string, unknown]>([
    ['cost', 0],
    ['signal', 'junk'],
  ])('a refund and a reset, %s', async (name, value) => {
    const limiter = limiterOf()
    const decision = await limiter.limit('id')
    pollute(name, value)
    expect(await limiter.refund(decision)).toBe(true)
    await limiter.reset('id')
  })

  test.each<[string, unknown]>([
    ['onStoreError', 'allow'],
    ['deadlineMs', 'junk'],
    ['anchor', 'junk'],
    ['windows', [{ limit: 1_000_000, window: 1000 }]],
    ['fastPaths', 'junk'],
    ['breaker', 'junk'],
    ['fallbackShare', 0],
    ['unit', 'junk'],
  ])('a limiter, %s', async (name, value) => {
    pollute(name, value)
    await expect(limiterOf({ store: failing() }).limit('id')).rejects.toBeInstanceOf(StoreError)
    expect(limiterOf().windows).toMatchObject([{ limit: 2, anchor: 'epoch' }])
  })

  test.each<[string, () => object, string, unknown]>([
    ['denyCache', () => ({ fastPaths: [denyCache({})] }), 'maxKeys', 'junk'],
    ['lease', () => ({ fastPaths: [lease({})] }), 'share', 'junk'],
    ['breaker', () => ({ breaker: {} }), 'failures', 'junk'],
    ['windows', () => severalWindows(), 'anchor', 'junk'],
    ['windows', () => severalWindows(), 'unit', 'junk'],
  ])('the settings of %s, %s', (_, options, name, value) => {
    pollute(name, value)
    expect(limiterOf(options()).windows).toMatchObject([{ limit: 2, anchor: 'epoch', unit: undefined }])
  })

  test('what a call costs in each unit', async () => {
    const windows = [
      { unit: 'requests', limit: 2, window: '365d' },
      { unit: 'tokens', limit: 2, window: '365d' },
    ]
    const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), windows })
    pollute('tokens', 0)
    await expect(limiter.limit('id', { cost: { requests: 1 } })).rejects.toMatchObject({ option: 'cost.tokens' })
    const { windows: seen } = await limiter.limit('id', { cost: { requests: 1, tokens: 2 } })
    expect(seen.map(({ remaining }) => remaining)).toEqual([1, 0])
  })

  test('an error without a cause', () => {
    pollute('cause', 'theirs')
    expect(Object.hasOwn(new StoreError('a', { outcome: 'unknown' }), 'cause')).toBe(false)
  })
})

describe('a call', () => {
  test('shows no identifier, wherever one is given by mistake', async () => {
    const id = 'sesame-person'
    const one = limiterOf()
    const decision = await one.limit('somebody')
    const mistakes = [
      () => one.limit('api', id as never),
      () => one.peek('api', id as never),
      () => one.reset('api', id as never),
      () => one.refund(id as never),
      () => one.refund(decision, id as never),
      () => one.limit(Symbol(id) as never),
      () => one.limit([id] as never),
      () => one.limit(`${id}\ud800`),
    ]
    for (const mistake of mistakes) {
      const [settled] = await Promise.allSettled([mistake()])
      expect(settled).toMatchObject({ status: 'rejected', reason: { name: 'OptionError' } })
      expect(String((settled as PromiseRejectedResult).reason.stack)).not.toContain(id)
    }
  })
})
