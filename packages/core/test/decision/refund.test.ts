import { beforeEach, describe, expect, test } from 'vitest'
import { type Decision, FixedWindowRateLimiter, OptionError, StoreError } from '../src/index.ts'
import { everythingIn, RecordingStore, rejection, T0 } from './support.ts'

let store: RecordingStore
let limiter: FixedWindowRateLimiter

beforeEach(() => {
  store = new RecordingStore()
  limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1m' })
})

async function left(id = 'a'): Promise<number | false> {
  const decision = await limiter.peek(id)
  return 'remaining' in decision && decision.remaining
}

describe('an admitted decision', () => {
  test('gives its units back once, to the window they were taken from', async () => {
    const decision = await limiter.limit('a', { cost: 4 })
    expect(await limiter.refund(decision)).toBe(true)
    expect(store.refunds).toEqual([
      { key: 'api:a', cost: 4, windows: [{ windowMs: 60_000, anchor: 'epoch', resetAt: T0 + 30_000 }] },
    ])
    expect(await left()).toBe(10)
    expect(await limiter.refund(decision)).toBe(false)
    expect(store.refunds).toHaveLength(1)
  })

  test('can be refunded in parts, but never beyond what it took', async () => {
    await limiter.limit('a', { cost: 5 })
    const decision = await limiter.limit('a', { cost: 4 })
    expect(await limiter.refund(decision, { cost: 1 })).toBe(true)
    expect(await left()).toBe(2)
    expect(await limiter.refund(decision, { cost: 0 })).toBe(false)
    const tooMuch = await rejection(limiter.refund(decision, { cost: 4 }))
    expect(tooMuch).toBeInstanceOf(OptionError)
    expect(tooMuch).toMatchObject({ message: 'cost must be an integer from 0 to 3, received 4' })
    expect(await limiter.refund(decision, { cost: 1 })).toBe(true)
    expect(await limiter.refund(decision)).toBe(true)
    expect(store.refunds.map((refund) => refund.cost)).toEqual([1, 1, 2])
    expect(await left()).toBe(5)
  })

  test('refunded twice at once gives back once', async () => {
    const decision = await limiter.limit('a', { cost: 4 })
    const answers = await Promise.all([limiter.refund(decision), limiter.refund(decision), limiter.refund(decision)])
    expect(answers).toEqual([true, false, false])
    expect(store.refunds).toHaveLength(1)
  })

  test('gives nothing back once its window is over', async () => {
    const decision = await limiter.limit('a', { cost: 4 })
    store.now = T0 + 30_000
    await limiter.limit('a', { cost: 10 })
    expect(await limiter.refund(decision)).toBe(false)
    expect(await left()).toBe(0)
  })

  test('gives back to those of its windows that are still open', async () => {
    const windows = [
      { limit: 10, window: '1s' },
      { limit: 10, window: '1m' },
    ]
    const several = new FixedWindowRateLimiter({ name: 'several', store, windows })
    const decision = await several.limit('a', { cost: 4 })
    store.now = T0 + 1000
    await several.limit('a', { cost: 3 })
    expect(await several.refund(decision)).toBe(true)
    expect(await several.peek('a')).toMatchObject({ windows: [{ remaining: 7 }, { remaining: 7 }] })
  })

  test('of cost 0 has nothing to give back', async () => {
    expect(await limiter.refund(await limiter.limit('a', { cost: 0 }))).toBe(false)
    expect(store.refunds).toEqual([])
  })

  test('gives back its own units where callers shared a take', async () => {
    const [, second] = await Promise.all([limiter.limit('a', { cost: 3 }), limiter.limit('a', { cost: 3 })])
    expect(store.lists[0]).toMatchObject([{ times: 2 }])
    expect(await limiter.refund(second as Decision)).toBe(true)
    expect(await left()).toBe(7)
  })
})

describe('a decision with nothing to give back', () => {
  test('denied', async () => {
    const decision = await limiter.limit('a', { cost: 11 })
    expect(decision.allowed).toBe(false)
    expect(await limiter.refund(decision)).toBe(false)
    expect(store.refunds).toEqual([])
  })

  test.each(['allow', 'deny'] as const)("made by the failure policy '%s'", async (onStoreError) => {
    const failing = new RecordingStore({ take: () => Promise.reject(new Error('down')) })
    const lenient = new FixedWindowRateLimiter({ name: 'api', store: failing, limit: 1, window: '1m', onStoreError })
    expect(await lenient.refund(await lenient.limit('a'))).toBe(false)
    expect(failing.refunds).toEqual([])
  })
})

describe('a decision that this limiter did not return', () => {
  async function refuses(decision: unknown): Promise<void> {
    const error = await rejection(limiter.refund(decision as Decision))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'decision', message: expect.stringContaining('decision must be') })
    expect(store.refunds).toEqual([])
  }

  test('a copy, for it would refund the same units again', async () => {
    const decision = await limiter.limit('secret', { cost: 2 })
    await refuses({ ...decision })
    await refuses(structuredClone({ ...decision }))
    await refuses(JSON.parse(JSON.stringify(decision)))
    await refuses(Object.create(decision))
    await refuses(new Proxy(decision, {}))
    expect(await limiter.refund(decision)).toBe(true)
  })

  test("another limiter's, even of the same name and store", async () => {
    const twin = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1m' })
    const decision = await twin.limit('a')
    await refuses(decision)
    expect(await twin.refund(decision)).toBe(true)
  })

  test('a copy whose numbers were changed', async () => {
    const decision = await limiter.limit('a', { cost: 1 })
    await refuses({ ...decision, cost: 1000 })
  })

  test('writing to the cost of a decision changes nothing about what it gives back', async () => {
    await limiter.limit('a', { cost: 5 })
    const decision = await limiter.limit('a', { cost: 1 })
    Object.assign(decision, { cost: 1000 })
    await limiter.refund(decision)
    expect(await left()).toBe(5)
  })
})

describe('a refund that fails', () => {
  function failingOnce(error: unknown): { failing: FixedWindowRateLimiter; inner: RecordingStore } {
    const inner = new RecordingStore()
    let failed = false
    const refund: RecordingStore['refund'] = (request) => {
      if (failed) return inner.refund(request)
      failed = true
      return Promise.reject(error)
    }
    const outer = new RecordingStore({ take: (takes) => inner.take(takes), refund })
    return { failing: new FixedWindowRateLimiter({ name: 'api', store: outer, limit: 10, window: '1m' }), inner }
  }

  test("with outcome 'not-executed' can be repeated", async () => {
    const error = new StoreError('refused', { outcome: 'not-executed' })
    const { failing } = failingOnce(error)
    const decision = await failing.limit('a', { cost: 3 })
    expect(await rejection(failing.refund(decision, { cost: 2 }))).toBe(error)
    expect(await failing.refund(decision)).toBe(true)
    expect(await failing.peek('a')).toMatchObject({ remaining: 10 })
  })

  test.each([
    ['StoreError', new StoreError('lost', { outcome: 'unknown' })],
    ['another error', new Error('lost')],
  ])("with outcome 'unknown' can't, for it may have run: %s", async (_, cause) => {
    const { failing, inner } = failingOnce(cause)
    const decision = await failing.limit('a', { cost: 3 })
    const error = await rejection(failing.refund(decision, { cost: 2 }))
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ outcome: 'unknown' })
    expect(await failing.refund(decision)).toBe(true)
    expect(inner.refunds.map((refund) => refund.cost)).toEqual([1])
    expect(await failing.refund(decision)).toBe(false)
  })

  test.each([
    undefined,
    null,
    {},
    { now: T0 },
    { now: T0, refunded: [] },
    { now: T0, refunded: [1, 1] },
    { now: T0, refunded: ['1'] },
    { now: T0, refunded: [Number.NaN] },
    { now: T0, refunded: [-1] },
    { now: T0, refunded: [0.5] },
    { now: T0, refunded: '1' },
    { now: '5', refunded: [1] },
  ])('for the reply %j is malformed', async (reply) => {
    const odd = new RecordingStore({ refund: () => Promise.resolve(reply as never) })
    const oddLimiter = new FixedWindowRateLimiter({ name: 'api', store: odd, limit: 10, window: '1m' })
    const error = await rejection(oddLimiter.refund(await oddLimiter.limit('secret')))
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ outcome: 'unknown' })
    expect(everythingIn(error)).not.toContain('secret')
  })
})
