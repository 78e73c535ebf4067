import { beforeEach, describe, expect, test } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import { type FixedWindowRateLimiter, OptionError, StoreError } from '../../src/index.ts'
import { operator } from '../../src/operate/index.ts'
import { FakeStore, REFUSED, T0 } from '../support/fake-store.ts'
import { rejection, thrown } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const MINUTE_END = T0 + 30_000
const UNITS = {
  windows: [
    { unit: 'requests', limit: 3, window: '1m' },
    { unit: 'tokens', limit: 100, window: '1m' },
    { unit: 'tokens', limit: 1000, window: '1d' },
  ],
} as const

let store: FakeStore
let limiter: FixedWindowRateLimiter

beforeEach(() => {
  store = new FakeStore()
  limiter = limiterOn(store)
})

const used = async (id = 'a') => (await operator(limiter).lookUp(id)).map((window) => window.used)

describe('lookUp', () => {
  test('tells how each window stands, and takes nothing', async () => {
    await limiter.limit('a', { cost: 4 })
    const standing = [{ unit: undefined, limit: 10, used: 4, resetAt: MINUTE_END, resetAfterMs: 30_000 }]
    expect(await operator(limiter).lookUp('a')).toEqual(standing)
    expect(await operator(limiter).lookUp('a')).toEqual(standing)
    expect(await used('b')).toEqual([0])
  })

  test('tells what is used beyond the limit', async () => {
    const decision = await limiter.limit('a', { cost: 4 })
    await limiter.settle(decision, 25)
    expect(await operator(limiter).lookUp('a')).toMatchObject([{ limit: 10, used: 25 }])
  })

  test('tells each unit', async () => {
    limiter = limiterOn(store, UNITS)
    await limiter.limit('a', { cost: { requests: 1, tokens: 70 } })
    expect(await operator(limiter).lookUp('a')).toMatchObject([
      { unit: 'requests', limit: 3, used: 1 },
      { unit: 'tokens', limit: 100, used: 70 },
      { unit: 'tokens', limit: 1000, used: 70 },
    ])
  })

  test('counts what a lease holds as used', async () => {
    limiter = limiterOn(store, { fastPaths: [lease({ share: 0.5 })] })
    for (let call = 0; call < 4; call++) await limiter.limit('a')
    const calls = 10 - (await limiter.peek('a')).remaining
    expect((await used())[0]).toBeGreaterThanOrEqual(calls)
    expect(await used()).toEqual(
      await operator(limiterOn(store))
        .lookUp('a')
        .then((all) => all.map((each) => each.used)),
    )
  })
})

describe('tryCall', () => {
  test('takes units as a call does', async () => {
    expect(await operator(limiter).tryCall('a', { cost: 7 })).toMatchObject({ allowed: true, remaining: 3 })
    expect(await operator(limiter).tryCall('a', { cost: 7 })).toMatchObject({ allowed: false, remaining: 3 })
    expect(await used()).toEqual([7])
  })

  test('asks the store, also for an identifier in a deny cache', async () => {
    limiter = limiterOn(store, { fastPaths: [denyCache()] })
    await limiter.limit('a', { cost: 10 })
    await limiter.limit('a')
    await limiterOn(store).reset('a')
    expect(await limiter.limit('a')).toMatchObject({ allowed: false, source: 'deny-cache' })
    expect(await operator(limiter).tryCall('a')).toMatchObject({ allowed: true, source: 'store' })
  })
})

describe('giveBack', () => {
  test('gives units back that another process took', async () => {
    await limiterOn(store).limit('a', { cost: 9 })
    expect(await operator(limiter).giveBack('a', 5)).toEqual([5])
    expect(await used()).toEqual([4])
  })

  test('gives back no more than is used', async () => {
    await limiter.limit('a', { cost: 2 })
    expect(await operator(limiter).giveBack('a', 5)).toEqual([2])
    expect(await used()).toEqual([0])
    expect(await operator(limiter).giveBack('nobody', 5)).toEqual([0])
  })

  test('gives back the units that are named', async () => {
    limiter = limiterOn(store, UNITS)
    await limiter.limit('a', { cost: { requests: 3, tokens: 70 } })
    expect(await operator(limiter).giveBack('a', { tokens: 30 })).toEqual([0, 30, 30])
    expect(await used()).toEqual([3, 40, 40])
  })

  test('goes into the generation that is open after a reset', async () => {
    await limiter.limit('a', { cost: 9 })
    await limiter.reset('a')
    await limiter.limit('a', { cost: 6 })
    expect(await operator(limiter).giveBack('a', 1)).toEqual([1])
    expect(await used()).toEqual([5])
  })

  test('leaves a window alone that ended in between, and the next one', async () => {
    await limiter.limit('a', { cost: 9 })
    store.change = (reply, operation) => {
      // Between the look and the adjustment, the minute ends and somebody calls.
      if (operation.kind === 'take' && operation.costs[0] === 0) store.now = MINUTE_END
      return reply
    }
    expect(await operator(limiter).giveBack('a', 5)).toEqual([0])
    expect(store.changes).toEqual([[-5]])
  })

  test('lets a deny cache of this process forget', async () => {
    limiter = limiterOn(store, { fastPaths: [denyCache()] })
    await limiter.limit('a', { cost: 10 })
    await limiter.limit('a')
    await operator(limiter).giveBack('a', 5)
    expect(await limiter.limit('a', { cost: 5 })).toMatchObject({ allowed: true })
  })

  test('carries a token where the client sends commands again by itself', async () => {
    store = new FakeStore({ resends: true })
    limiter = limiterOn(store)
    await limiter.limit('a', { cost: 9 })
    await operator(limiter).giveBack('a', 5)
    expect(store.adjustments).toMatchObject([{ token: { until: MINUTE_END } }])
  })
})

describe('reset', () => {
  test('forgets the identifier, also in a deny cache and a fallback store', async () => {
    const fallback = new FakeStore()
    limiter = limiterOn(store, { fastPaths: [denyCache()], onStoreError: fallback })
    await limiter.limit('a', { cost: 10 })
    await limiter.limit('a')
    await operator(limiter).reset('a')
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 9 })
    expect(fallback.sent).toEqual([['a clear']])
  })
})

describe('an operator', () => {
  test('waits behind no calls, and shares no command with them', async () => {
    store.isHolding = true
    const first = limiter.limit('a')
    await expect.poll(() => store.held).toBe(1)
    const second = limiter.limit('a') // waits for the first
    const looked = used()
    await expect.poll(() => store.held).toBe(2)
    expect(store.sent).toEqual([['a 1x1'], ['a 1x0']])
    store.isHolding = false
    store.release(2)
    expect(await looked).toEqual([1])
    await Promise.all([first, second])
  })

  test('asks a store of which the breaker of calls is open', async () => {
    limiter = limiterOn(store, { breaker: { failures: 1, probeAfterMs: 100_000 } })
    store.fate = 'fail'
    await rejection(limiter.limit('a'))
    store.fate = 'answer'
    expect(await rejection(limiter.limit('a'))).toMatchObject({ outcome: 'not-executed' })
    expect(await used()).toEqual([0])
  })

  test('has one queue for all limiters of a storage', async () => {
    const other = limiterOn(store, { name: 'other' })
    await Promise.all([operator(limiter).lookUp('a'), operator(other).lookUp('b')])
    expect(store.sent).toEqual([['a 1x0', 'b 1x0']])
  })

  test('works on a store that answers at once', async () => {
    store = FakeStore.atOnce()
    limiter = limiterOn(store)
    await operator(limiter).tryCall('a', { cost: 3 })
    expect(await operator(limiter).giveBack('a', 1)).toEqual([1])
    expect(await used()).toEqual([2])
  })

  test('is told when the store fails, whatever the failure policy', async () => {
    limiter = limiterOn(store, { onStoreError: 'allow' })
    store.fate = 'fail'
    const asked = operator(limiter)
    for (const failed of [asked.lookUp('a'), asked.tryCall('a'), asked.giveBack('a', 1), asked.reset('a')]) {
      expect(await rejection(failed)).toBeInstanceOf(StoreError)
    }
  })

  test.each(['the command', 'the operation'])(
    'sends nothing again where %s is refused for the moment',
    async (what) => {
      if (what === 'the command') store.fate = REFUSED
      else store.change = () => REFUSED
      const error = await rejection(operator(limiter).lookUp('a'))
      expect(error).toMatchObject({ message: REFUSED.message, outcome: 'not-executed', transient: false })
      expect(store.commands).toHaveLength(1)
    },
  )

  test('refuses bad input', async () => {
    const asked = operator(limiter)
    for (const failed of [
      asked.lookUp(''),
      asked.tryCall('a', { cost: -1 }),
      asked.giveBack('a', 0.5),
      asked.reset(''),
    ]) {
      expect(await rejection(failed)).toBeInstanceOf(OptionError)
    }
    expect(thrown(() => operator({ ...limiter } as never))).toMatchObject({ option: 'limiter' })
    expect(store.commands).toEqual([])
  })
})
