import { beforeEach, describe, expect, test } from 'vitest'
import { type Decision, type FixedWindowRateLimiter, OptionError, StoreError } from '../../src/index.ts'
import { FakeStore, type Fate, T0 } from '../support/fake-store.ts'
import { rejection } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

let store: FakeStore
let limiter: FixedWindowRateLimiter

beforeEach(() => {
  store = new FakeStore()
  limiter = limiterOn(store)
})

const left = async (id = 'a') => (await limiter.peek(id)).remaining

const adjustments = () => store.adjustments
const changes = () => store.changes

describe('an admitted decision', () => {
  test('gives its units back once, to the window they were taken from', async () => {
    const decision = await limiter.limit('a', { cost: 4 })
    expect(await limiter.refund(decision)).toBe(true)
    expect(adjustments()).toEqual([
      {
        ...{ kind: 'adjust', scope: 'api', id: 'a', token: undefined },
        windows: [
          { ...{ limit: 10, windowMs: 60_000, anchor: 'epoch' }, resetAt: T0 + 30_000, generation: 0, change: -4 },
        ],
      },
    ])
    expect(await left()).toBe(10)
    expect(await limiter.refund(decision)).toBe(false)
    expect(adjustments()).toHaveLength(1)
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
    expect(changes()).toEqual([[-1], [-1], [-2]])
    expect(await left()).toBe(5)
  })

  test('refunded twice at once gives back once', async () => {
    const decision = await limiter.limit('a', { cost: 4 })
    const answers = await Promise.all([limiter.refund(decision), limiter.refund(decision), limiter.refund(decision)])
    expect(answers).toEqual([true, false, false])
    expect(adjustments()).toHaveLength(1)
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
    const several = limiterOn(store, { name: 'several', windows })
    const decision = await several.limit('a', { cost: 4 })
    store.now = T0 + 1000
    await several.limit('a', { cost: 3 })
    expect(await several.refund(decision)).toBe(true)
    expect(await several.peek('a')).toMatchObject({ windows: [{ remaining: 7 }, { remaining: 7 }] })
  })

  test('of cost 0 has nothing to give back', async () => {
    expect(await limiter.refund(await limiter.limit('a', { cost: 0 }))).toBe(false)
    expect(adjustments()).toEqual([])
  })

  test('gives back its own units where callers shared a take', async () => {
    const [, second] = await Promise.all([limiter.limit('a', { cost: 3 }), limiter.limit('a', { cost: 3 })])
    expect(store.sent[0]).toEqual(['a 2x3'])
    expect(await limiter.refund(second as Decision)).toBe(true)
    expect(await left()).toBe(7)
  })
})

describe('a decision with nothing to give back', () => {
  test('denied', async () => {
    const decision = await limiter.limit('a', { cost: 11 })
    expect(decision.allowed).toBe(false)
    expect(await limiter.refund(decision)).toBe(false)
    expect(adjustments()).toEqual([])
  })

  test.each(['allow', 'deny'] as const)("made by the failure policy '%s'", async (onStoreError) => {
    store.fate = 'fail'
    const lenient = limiterOn(store, { onStoreError })
    expect(await lenient.refund(await lenient.limit('a'))).toBe(false)
    expect(adjustments()).toEqual([])
  })
})

describe('a decision that this limiter did not return', () => {
  async function refuses(decision: unknown): Promise<void> {
    const error = await rejection(limiter.refund(decision as Decision))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'decision', message: expect.stringContaining('decision must be') })
    expect(adjustments()).toEqual([])
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
    const twin = limiterOn(store)
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
  async function failingOnce(fate: Fate): Promise<unknown> {
    const decision = await limiter.limit('a', { cost: 3 })
    store.fate = fate
    const error = await rejection(limiter.refund(decision, { cost: 2 }))
    store.fate = 'answer'
    await limiter.refund(decision)
    return error
  }

  test("with outcome 'not-executed' can be repeated", async () => {
    const refused = new StoreError('refused', { outcome: 'not-executed' })
    expect(await failingOnce(refused)).toBe(refused)
    expect(changes().map((units) => units.join())).toEqual(['-2', '-3'])
    expect(await left()).toBe(10)
  })

  test.each<[string, Fate]>([
    ['StoreError', new StoreError('lost', { outcome: 'unknown' })],
    ['another error', 'fail'],
    ['the reply was lost', 'lose'],
  ])("with outcome 'unknown' can't, for it may have run: %s", async (_, fate) => {
    expect(await failingOnce(fate)).toMatchObject({ name: 'StoreError', outcome: 'unknown' })
    expect(changes().map((units) => units.join())).toEqual(['-2', '-1'])
  })
})

describe('where the client sends commands again by itself', () => {
  test('each refund has its own token, which lives until the last window ends, for an hour at most', async () => {
    store = new FakeStore({ resends: true })
    const windows = [
      { limit: 10, window: '1m' },
      { limit: 10, window: '1d' },
    ]
    const several = limiterOn(store, { windows })
    const short = limiterOn(store, { name: 'short' })
    const [one, other] = [await several.limit('a', { cost: 2 }), await short.limit('a', { cost: 2 })]
    await several.refund(one, { cost: 1 })
    await several.refund(one)
    await short.refund(other)
    const tokens = adjustments().map(({ token }) => token)
    expect(new Set(tokens.map((token) => token?.id)).size).toBe(3)
    for (const token of tokens) expect(token?.id).toMatch(/^[\w-]{1,64}$/)
    expect(tokens.map((token) => token?.until)).toEqual([T0 + 3_600_000, T0 + 3_600_000, T0 + 30_000])
    await store.apply(adjustments())
    expect(await several.peek('a')).toMatchObject({ remaining: 10 })
  })

  test('elsewhere there is none', async () => {
    await limiter.refund(await limiter.limit('a'))
    expect(adjustments().map(({ token }) => token)).toEqual([undefined])
  })
})

describe('after a reset', () => {
  test('what was taken before can’t be given back into what came after', async () => {
    const before = await limiter.limit('a', { cost: 4 })
    await limiter.reset('a')
    await limiter.limit('a', { cost: 3 })
    expect(await limiter.refund(before)).toBe(false)
    expect(await left()).toBe(7)
  })

  test('what was taken after it can be given back', async () => {
    await limiter.limit('a', { cost: 4 })
    await limiter.reset('a')
    await limiter.reset('a')
    const after = await limiter.limit('a', { cost: 3 })
    expect(await limiter.refund(after)).toBe(true)
    expect(adjustments().at(-1)?.windows).toMatchObject([{ generation: 2, change: -3 }])
    expect(await left()).toBe(10)
  })

  test('the generation shows in no decision', async () => {
    await limiter.limit('a')
    await limiter.reset('a')
    expect(JSON.stringify(await limiter.limit('a'))).not.toContain('generation')
  })
})

describe('with units', () => {
  const windows = [
    { unit: 'requests', limit: 5, window: '1m' },
    { unit: 'tokens', limit: 100, window: '1m' },
    { unit: 'tokens', limit: 1000, window: '1h' },
  ]
  let metered: FixedWindowRateLimiter

  beforeEach(() => {
    metered = limiterOn(store, { name: 'metered', windows })
  })

  const leftOf = async () => (await metered.peek('a')).windows.map(({ remaining }) => remaining)

  test('all of them are given back, each to its own windows', async () => {
    const decision = await metered.limit('a', { cost: { requests: 1, tokens: 30 } })
    expect(await leftOf()).toEqual([4, 70, 970])
    expect(await metered.refund(decision)).toBe(true)
    expect(changes()).toEqual([[-1, -30, -30]])
    expect(await leftOf()).toEqual([5, 100, 1000])
    expect(await metered.refund(decision)).toBe(false)
  })

  test('or a part of some, never beyond what was taken', async () => {
    const decision = await metered.limit('a', { cost: { requests: 1, tokens: 30 } })
    expect(await metered.refund(decision, { cost: { requests: 0, tokens: 20 } })).toBe(true)
    expect(changes()).toEqual([[0, -20, -20]])
    expect(await leftOf()).toEqual([4, 90, 990])
    const tooMuch = await rejection(metered.refund(decision, { cost: { requests: 1, tokens: 11 } }))
    expect(tooMuch).toBeInstanceOf(OptionError)
    expect(changes()).toHaveLength(1)
    expect(await metered.refund(decision)).toBe(true)
    expect(await leftOf()).toEqual([5, 100, 1000])
  })

  test('must all be named', async () => {
    const decision = await metered.limit('a', { cost: { requests: 1, tokens: 30 } })
    for (const cost of [1, { tokens: 1 }, { requests: 1, token: 1 }] as never[]) {
      expect(await rejection(metered.refund(decision, { cost }))).toMatchObject({
        option: expect.stringMatching(/^cost/),
      })
    }
    expect(changes()).toEqual([])
  })

  test('of a decision at 0 requests, only the tokens are given back', async () => {
    const decision = await metered.limit('a', { cost: { requests: 0, tokens: 7 } })
    expect(await metered.refund(decision)).toBe(true)
    expect(changes()).toEqual([[0, -7, -7]])
  })
})
