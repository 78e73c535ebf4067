import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { calendar } from '../../src/calendar/index.ts'
import { type Decision, type FixedWindowRateLimiter, OptionError } from '../../src/index.ts'
import { receiptOf, settleReceipt } from '../../src/receipts/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { rejection, thrown, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

// The processes' clock and the store's start at T0, 15 January 2026, 12:30:30 UTC.

const HOUR = 3_600_000
const DAY = 24 * HOUR
const daily = calendar('day', { timeZone: 'Europe/Berlin' })
const monthly = calendar('month', { timeZone: 'Europe/Berlin' })

let store: FakeStore
let limiter: FixedWindowRateLimiter

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 })
  store = new FakeStore()
  limiter = limiterOn(store, { limit: 10, window: daily })
})

afterEach(() => {
  vi.useRealTimers()
})

function bothClocks(now: number): void {
  store.now = now
  vi.setSystemTime(now)
}

describe('a calendar window', () => {
  test('ends with its period', async () => {
    expect(await limiter.limit('a')).toMatchObject({ remaining: 9, resetAt: Date.UTC(2026, 0, 15, 23) })
    bothClocks(Date.UTC(2026, 0, 15, 23))
    expect(await limiter.limit('a')).toMatchObject({ remaining: 9, resetAt: Date.UTC(2026, 0, 16, 23) })
  })

  test('keeps up with days of 23 and 25 hours', async () => {
    bothClocks(Date.UTC(2026, 2, 29, 0))
    expect(await limiter.limit('a')).toMatchObject({ resetAt: Date.UTC(2026, 2, 29, 22) })
    bothClocks(Date.UTC(2026, 9, 25, 0))
    expect(await limiter.limit('a')).toMatchObject({ resetAt: Date.UTC(2026, 9, 25, 23) })
  })

  test('denies until its end', async () => {
    await limiter.limit('a', { cost: 10 })
    expect(await limiter.limit('a')).toMatchObject({ allowed: false, retryAfterMs: Date.UTC(2026, 0, 15, 23) - T0 })
  })

  test('stands beside others, with units', async () => {
    const windows = [
      { unit: 'requests', limit: 5, window: '1m' },
      { unit: 'tokens', limit: 100, window: daily },
      { unit: 'tokens', limit: 1000, window: monthly },
    ]
    const metered = limiterOn(store, { name: 'metered', windows })
    expect(await metered.limit('a', { cost: { requests: 1, tokens: 40 } })).toMatchObject({
      windows: [
        { remaining: 4, resetAt: T0 + 30_000 },
        { remaining: 60, resetAt: Date.UTC(2026, 0, 15, 23) },
        { remaining: 960, resetAt: Date.UTC(2026, 0, 31, 23) },
      ],
    })
    expect(metered.windows).toMatchObject([
      { unit: 'requests', anchor: 'epoch' },
      { unit: 'tokens', anchor: 'calendar', period: 'day', timeZone: 'Europe/Berlin', limit: 100 },
      { unit: 'tokens', anchor: 'calendar', period: 'month', timeZone: 'Europe/Berlin', limit: 1000 },
    ])
  })

  test('is checked under the limit of a plan', async () => {
    await limiter.limit('a', { cost: 9, limit: 20 })
    expect(await limiter.limit('a', { cost: 9, limit: 20 })).toMatchObject({ allowed: true, remaining: 2 })
    bothClocks(T0 + 40 * DAY)
    expect(await limiter.limit('a', { cost: 9, limit: 20 })).toMatchObject({ remaining: 11 })
  })

  test('is refunded, settled, and settled by a receipt', async () => {
    const decision = await limiter.limit('a', { cost: 6 })
    await limiter.refund(decision, { cost: 1 })
    await limiter.settle(decision, 3)
    expect(await settleReceipt(limiter, receiptOf(limiter, decision), 2)).toMatchObject({ windows: [{ remaining: 8 }] })
    await limiter.reset('a')
    expect(await limiter.peek('a')).toMatchObject({ remaining: 10 })
  })

  test('shares a take among calls', async () => {
    await Promise.all([limiter.limit('a'), limiter.limit('a'), limiter.limit('a')])
    expect(store.sent).toEqual([['a 3x1']])
  })
})

describe("where the store's clock is elsewhere", () => {
  test.each([-400 * DAY, -3 * DAY, -90_000, 90_000, 3 * DAY, 400 * DAY])(
    'the store decides which period it is: %d ms ahead',
    async (aheadMs) => {
      store.now = T0 + aheadMs
      const [, , end] = daily.endsAround(store.now)
      expect(await limiter.limit('a', { cost: 6 })).toMatchObject({ allowed: true, resetAt: end })
      vi.setSystemTime(T0 + HOUR)
      store.now += HOUR
      expect(await limiter.limit('a', { cost: 5 })).toMatchObject({ allowed: false, resetAt: end })
      // Learnt once, the clock is known.
      expect(store.commands.length).toBeLessThanOrEqual(3)
    },
  )

  test('all that shared a take are asked again, those that left are not', async () => {
    store.now = T0 + 30 * DAY
    store.isHolding = true
    const controller = new AbortController()
    const left = rejection(limiter.limit('a', { signal: controller.signal }))
    const calls = Promise.all([limiter.limit('a'), limiter.limit('a')])
    await turns()
    controller.abort(new Error('gone'))
    store.isHolding = false
    store.release(9)
    expect(await left).toMatchObject({ message: 'gone' })
    expect((await calls).map(({ remaining }) => remaining)).toEqual([9, 8])
    expect(store.sent).toEqual([['a 3x1'], ['a 2x1']])
  })

  test('drain waits for those that are asked again', async () => {
    store.now = T0 + 30 * DAY
    const call = watch(limiter.limit('a'))
    await limiter.drain()
    expect(call).toMatchObject({ state: 'resolved', value: { remaining: 9 } })
  })

  test('a clock that is outside again and again is an error by the deadline of the call', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: T0 })
    store.change = () => ({ outside: true, now: T0 })
    const call = watch(limiterOn(store, { window: daily, limit: 10, deadlineMs: 300 }).limit('a'))
    while (store.commands.length < 3) await vi.advanceTimersByTimeAsync(1)
    expect(call.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(300)
    await turns()
    expect(call).toMatchObject({
      state: 'rejected',
      value: {
        name: 'StoreError',
        outcome: 'not-executed',
        message: "the store's clock was outside of the calendar around this process's",
      },
    })
  })

  test('asking again keeps to the deadline of the call', async () => {
    store.now = T0 + 30 * DAY
    let asked = 0
    store.fate = () => (++asked === 1 ? 'answer' : 'hang')
    const quick = limiterOn(store, { window: daily, limit: 10, deadlineMs: 100 })
    expect(await rejection(quick.limit('a'))).toMatchObject({ name: 'StoreError' })
  })

  test('a store that answers at once is asked again once', async () => {
    store = FakeStore.atOnce()
    store.now = T0 + 30 * DAY
    const atOnce = limiterOn(store, { window: daily, limit: 10 })
    expect(await atOnce.limit('a')).toMatchObject({ remaining: 9 })
    expect(await atOnce.limit('a')).toMatchObject({ remaining: 8 })
    expect(store.commands).toHaveLength(3)
    store.change = () => ({ outside: true, now: T0 })
    expect(await rejection(atOnce.limit('a'))).toMatchObject({ name: 'StoreError', outcome: 'not-executed' })
    expect(store.commands).toHaveLength(5)
  })

  test('two processes whose clocks differ by hours share one counter per period', async () => {
    const decisions: Decision[] = []
    for (const aheadMs of [0, 7 * HOUR, -9 * HOUR, 30 * HOUR]) {
      vi.setSystemTime(T0 + aheadMs)
      decisions.push(await limiterOn(store, { limit: 10, window: daily }).limit('a', { cost: 3 }))
    }
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, false])
  })
})

describe("a call's own calendar", () => {
  const billedOn = (day: number) => calendar('month', { timeZone: 'Europe/Berlin', day })

  beforeEach(() => {
    limiter = limiterOn(store, { limit: 10, window: monthly })
  })

  test('has its own boundaries', async () => {
    expect(await limiter.limit('a', { calendar: billedOn(20) })).toMatchObject({ resetAt: Date.UTC(2026, 0, 19, 23) })
    expect(await limiter.limit('b', { calendar: billedOn(31) })).toMatchObject({ resetAt: Date.UTC(2026, 0, 30, 23) })
    expect(await limiter.limit('c')).toMatchObject({ resetAt: Date.UTC(2026, 0, 31, 23) })
  })

  test('counts on in the same counter, which ends when it was to end', async () => {
    await limiter.limit('a', { calendar: billedOn(20), cost: 4 })
    expect(await limiter.limit('a', { cost: 4 })).toMatchObject({ remaining: 2, resetAt: Date.UTC(2026, 0, 19, 23) })
    bothClocks(Date.UTC(2026, 0, 19, 23))
    expect(await limiter.limit('a', { calendar: billedOn(25) })).toMatchObject({ resetAt: Date.UTC(2026, 0, 24, 23) })
  })

  test('goes with its own limit', async () => {
    expect(await limiter.limit('a', { calendar: billedOn(20), limit: 50 })).toMatchObject({ remaining: 49 })
    expect(await limiter.peek('a', { calendar: billedOn(20), limit: 50 })).toMatchObject({ remaining: 49 })
  })

  test('made anew for each call, shares takes all the same', async () => {
    await Promise.all([1, 2, 3].map(() => limiter.limit('a', { calendar: billedOn(20) })))
    expect(store.sent).toEqual([['a 3x1']])
  })

  test.each([
    ['another period', calendar('day', { timeZone: 'Europe/Berlin' })],
    ['another time zone', calendar('month')],
    ['no calendar', '1m'],
    ['null', null],
  ])('%s is refused', async (_, wrong) => {
    const error = await rejection(limiter.limit('a', { calendar: wrong as never }))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'calendar', message: expect.stringContaining('same period and time zone') })
  })
})

describe('options', () => {
  test('no two windows of one calendar', () => {
    const windows = [
      { limit: 1, window: daily },
      { limit: 2, window: calendar('day', { timeZone: 'Europe/Berlin', hour: 6 }) },
    ]
    expect(thrown(() => limiterOn(store, { windows }))).toMatchObject({ option: 'windows[1]' })
  })

  test('an anchor beside a calendar', () => {
    expect(thrown(() => limiterOn(store, { limit: 1, window: daily, anchor: 'epoch' }))).toMatchObject({
      message: 'anchor must be left out beside a calendar, received "epoch"',
    })
  })

  test('an object that is no calendar', () => {
    expect(thrown(() => limiterOn(store, { limit: 1, window: { anchor: 'calendar' } as never }))).toMatchObject({
      option: 'window',
    })
  })
})
