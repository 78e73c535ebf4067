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

const changes = () => store.changes

const settled = (cost: number, remaining: number, debt = 0) => ({ state: 'settled', cost, remaining, debt })

describe('an admitted decision', () => {
  test('that cost less gives the rest back', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    expect(await limiter.settle(decision, 2)).toEqual({ windows: [{ unit: undefined, ...settled(2, 8) }] })
    expect(changes()).toEqual([[-4]])
    expect(await left()).toBe(8)
  })

  test('that cost more is charged more', async () => {
    const decision = await limiter.limit('a', { cost: 2 })
    expect(await limiter.settle(decision, 7)).toMatchObject({ windows: [settled(7, 3)] })
    expect(await left()).toBe(3)
  })

  test('is charged past the limit, and later calls find the debt', async () => {
    const decision = await limiter.limit('a', { cost: 2 })
    expect(await limiter.settle(decision, 25)).toMatchObject({ windows: [settled(25, 0, 15)] })
    expect(await limiter.limit('a')).toMatchObject({ allowed: false, remaining: 0 })
    expect(await limiter.refund(decision, { cost: 15 })).toBe(true)
    expect(await limiter.limit('a')).toMatchObject({ allowed: false })
    expect(await limiter.refund(decision, { cost: 1 })).toBe(true)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true })
  })

  test('is settled to what it cost in all, not by the difference', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    await limiter.settle(decision, 2)
    await limiter.settle(decision, 2)
    await limiter.settle(decision, 5)
    expect(changes()).toEqual([[-4], [0], [3]])
    expect(await left()).toBe(5)
  })

  test('settled to 0 can be settled again', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    await limiter.settle(decision, 0)
    expect(await left()).toBe(10)
    await limiter.settle(decision, 3)
    expect(await left()).toBe(7)
  })

  test('settled several times at once ends at the latest', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    await Promise.all([1, 8, 3].map((actual) => limiter.settle(decision, actual)))
    expect(await left()).toBe(7)
    expect(changes()).toEqual([[-5], [7], [-5]])
  })

  test('of which a part was refunded', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    await limiter.refund(decision, { cost: 2 })
    await limiter.settle(decision, 5)
    expect(await left()).toBe(5)
    expect(await limiter.refund(decision)).toBe(true)
    expect(await left()).toBe(10)
  })

  test('never settled stays charged', async () => {
    await limiter.limit('a', { cost: 6 })
    expect(await left()).toBe(4)
  })

  test('whose window has ended changes nothing, and says so', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    store.now = T0 + 30_000
    await limiter.limit('a', { cost: 9 })
    expect(await limiter.settle(decision, 2)).toEqual({ windows: [{ unit: undefined, state: 'ended' }] })
    expect(await left()).toBe(1)
  })

  test('taken before a reset changes nothing', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    await limiter.reset('a')
    expect(await limiter.settle(decision, 9)).toMatchObject({ windows: [{ state: 'ended' }] })
    expect(await left()).toBe(10)
  })

  test('with the limit of the plan', async () => {
    const decision = await limiter.limit('a', { cost: 6, limit: 100 })
    expect(await limiter.settle(decision, 30)).toMatchObject({ windows: [settled(30, 70)] })
  })
})

describe('with units', () => {
  const windows = [
    { unit: 'requests', limit: 5, window: '1m' },
    { unit: 'tokens', limit: 100, window: '1m' },
    { unit: 'tokens', limit: 1000, window: '1h' },
  ]
  let metered: FixedWindowRateLimiter
  let decision: Decision

  beforeEach(async () => {
    metered = limiterOn(store, { name: 'metered', windows })
    decision = await metered.limit('a', { cost: { requests: 1, tokens: 40 } })
  })

  test('units that are not named stay as they were', async () => {
    expect(await metered.settle(decision, { tokens: 12 })).toEqual({
      windows: [
        { unit: 'requests', ...settled(1, 4) },
        { unit: 'tokens', ...settled(12, 88) },
        { unit: 'tokens', ...settled(12, 988) },
      ],
    })
    expect(await metered.settle(decision, { requests: 0 })).toMatchObject({
      windows: [settled(0, 5), settled(12, 88), settled(12, 988)],
    })
  })

  test('of windows that end apart, the open ones are settled', async () => {
    store.now = T0 + 30_000
    expect(await metered.settle(decision, { tokens: 150 })).toMatchObject({
      windows: [{ state: 'ended' }, { state: 'ended' }, settled(150, 850)],
    })
  })

  test.each<[string, unknown, string]>([
    ['a number', 12, 'actual must be an object that names units: { requests: …, tokens: … }, received 12'],
    ['an unknown unit', { token: 12 }, 'actual must be made of requests, tokens (did you mean tokens?)'],
    ['no integer', { tokens: 1.5 }, 'actual.tokens must be an integer from 0 to 2^53-1, received 1.5'],
    ['a unit without a value', { tokens: undefined }, 'actual.tokens must be an integer'],
    ['less than nothing', { tokens: -1 }, 'actual.tokens must be an integer'],
    ['nothing', undefined, 'actual must be an object'],
  ])('%s is refused', async (_, actual, message) => {
    const error = await rejection(metered.settle(decision, actual as never))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ message: expect.stringContaining(message) })
    expect(changes()).toEqual([])
  })
})

describe('a decision that took nothing is refused', () => {
  async function refuses(decision: Decision, message: string): Promise<void> {
    const error = await rejection(limiter.settle(decision, 1))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'decision', message: expect.stringContaining(message) })
    expect(changes()).toEqual([])
  }

  test('denied', async () =>
    refuses(await limiter.limit('a', { cost: 11 }), 'one that was denied, peeked or of cost 0'))
  test('peeked', async () => refuses(await limiter.peek('a'), 'one that was denied, peeked or of cost 0'))
  test('of cost 0', async () =>
    refuses(await limiter.limit('a', { cost: 0 }), 'one that was denied, peeked or of cost 0'))
  test('a copy', async () => refuses({ ...(await limiter.limit('a')) }, 'one that this limiter returned'))
  test("another limiter's", async () => refuses(await limiterOn(store).limit('a'), 'one that this limiter returned'))
})

describe('when a store fails', () => {
  test.each(['allow', 'deny'] as const)("there is nothing to settle of a decision by '%s'", async (onStoreError) => {
    store.fate = 'fail'
    const lenient = limiterOn(store, { onStoreError })
    const decision = await lenient.limit('a')
    expect(await lenient.settle(decision, 5)).toEqual({ windows: [] })
    expect(await rejection(lenient.settle(decision, -5))).toBeInstanceOf(OptionError)
    expect(changes()).toEqual([])
  })

  test("a fallback's decision is settled on the fallback", async () => {
    const fallback = new FakeStore()
    store.fate = 'fail'
    const covered = limiterOn(store, { onStoreError: fallback })
    const decision = await covered.limit('a', { cost: 6 })
    expect(await covered.settle(decision, 2)).toMatchObject({ windows: [settled(2, 8)] })
    expect(fallback.sent).toEqual([['a 1x6'], ['a -4']])
  })

  /** The charge after a settlement that failed and one that did not. */
  async function afterFailure(fate: Fate, first: number, second: number): Promise<number> {
    const decision = await limiter.limit('a', { cost: 4 })
    store.fate = fate
    await rejection(limiter.settle(decision, first))
    store.fate = 'answer'
    await limiter.settle(decision, second)
    return 10 - (await left())
  }

  test('a settlement waits for the one before, as nobody may give back what was not charged', async () => {
    const decision = await limiter.limit('a', { cost: 4 })
    store.fate = ([operation]) => (operation?.kind === 'adjust' && changes().length === 1 ? 'fail' : 'answer')
    const [more, less] = await Promise.allSettled([limiter.settle(decision, 9), limiter.settle(decision, 1)])
    expect([more.status, less.status]).toEqual(['rejected', 'fulfilled'])
    expect(changes()).toEqual([[5], [-3]])
    expect(await left()).toBe(9)
  })

  test('a settlement that did not run can be repeated', async () => {
    const refused = new StoreError('refused', { outcome: 'not-executed' })
    expect(await afterFailure(refused, 7, 7)).toBe(7)
  })

  test('a settlement that may have run never gives back what is not charged', async () => {
    // It did run: 3 are charged twice, but 4 could be given back at most.
    expect(await afterFailure('lose', 7, 7)).toBe(10)
  })

  test('one that gave back, and may have run, gives back once', async () => {
    expect(await afterFailure('lose', 1, 1)).toBe(1)
    expect(changes()).toEqual([[-3], [0]])
  })

  test('one that gave back and did not run, though nobody knows, leaves the units charged', async () => {
    expect(await afterFailure('fail', 1, 1)).toBe(4)
  })
})

test('calls that settle at the same time share a command', async () => {
  const decisions = await Promise.all(Array.from({ length: 64 }, (_, i) => limiter.limit(`user-${i}`, { cost: 5 })))
  const before = store.commands.length
  await Promise.all(decisions.map((decision) => limiter.settle(decision, 2)))
  expect(store.commands.length - before).toBe(1)
})

test('an aborted settlement rejects with the reason', async () => {
  const decision = await limiter.limit('a', { cost: 5 })
  store.isHolding = true
  const controller = new AbortController()
  const settlement = limiter.settle(decision, 2, { signal: controller.signal })
  controller.abort(new Error('gone'))
  expect(await rejection(settlement)).toMatchObject({ message: 'gone' })
})

test('64 callers that take and settle send at most 0.08 commands per call', async () => {
  const before = store.commands.length
  const rounds = 20
  const callers = Array.from({ length: 64 }, async (_, i) => {
    for (let round = 0; round < rounds; round++) {
      const decision = await limiter.limit(`user-${i}`, { cost: 1, limit: 1000 })
      await limiter.settle(decision, 0)
    }
  })
  await Promise.all(callers)
  expect((store.commands.length - before) / (64 * rounds * 2)).toBeLessThanOrEqual(0.08)
})
