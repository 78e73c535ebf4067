import { describe, expect, test } from 'vitest'
import type { Window } from '../../src/index.ts'
import { callsPerWindow, denial, type Figures, forecast, isAlike } from '../../src/wait-queue/forecast.ts'
import { FakeStore } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

const MINUTE = 60_000

interface Known {
  readonly limit: number
  readonly remaining: number
  readonly resetAfterMs: number
}

/** The knowledge at time 0, after an admitted call that cost nothing. */
function figuresOf(windows: readonly Window[], known: readonly Known[]): Figures {
  const each = known.map((window) => ({ ...window, unit: undefined, cost: 0, resetAt: 1e12 + window.resetAfterMs }))
  const [first] = each
  if (first === undefined) throw new Error('no window')
  const decision = { ...first, allowed: true, id: 'a', retryAfterMs: 0, windows: each, source: 'store' } as const
  return {
    decision,
    request: requestOf(
      windows,
      windows.map(() => 0),
    ),
    receivedAt: 0,
  }
}

const requestOf = (windows: readonly Window[], costs: readonly number[]) => ({
  cost: costs[0] ?? 0,
  costs,
  windows,
  limiter: {},
  isPeek: false,
})

const minute: Window = { limit: 10, windowMs: MINUTE, anchor: 'epoch' }
const second: Window = { limit: 2, windowMs: 1000, anchor: 'epoch' }
const month: Window = {
  limit: 10,
  anchor: 'calendar',
  period: 'month',
  timeZone: 'UTC',
  ends: [0, 1],
  longestMs: 32 * 86_400_000,
}

describe('one window', () => {
  test.each<[remaining: number, ahead: number, cost: number, now: number, waitMs: number]>([
    [10, 0, 10, 0, 0],
    [3, 0, 3, 0, 0],
    [3, 0, 4, 0, 20_000],
    [3, 0, 4, 5_000, 15_000],
    [3, 2, 2, 0, 20_000], // behind others
    [3, 10, 3, 0, 20_000],
    [3, 10, 4, 0, 20_000 + MINUTE],
    [0, 20, 1, 0, 20_000 + 2 * MINUTE],
    [0, 0, 11, 0, Number.POSITIVE_INFINITY],
    // The window has ended, and nothing is known of the next one.
    [0, 0, 10, 20_000, 0],
    [0, 5, 5, 20_000, 0],
    [0, 5, 6, 20_000, 0],
    [0, 15, 6, 20_000, MINUTE],
  ])('%i left, %i before it, cost %i, at %i: %i ms', (remaining, ahead, cost, now, waitMs) => {
    const windows = [minute]
    const figures = figuresOf(windows, [{ limit: 10, remaining, resetAfterMs: 20_000 }])
    const request = requestOf(windows, [cost])
    expect(forecast(figures, [ahead], request, now).waitMs).toBe(waitMs)
    const told = denial(figures, [ahead], request, 'a', now)
    expect(told).toMatchObject({ allowed: false, cost, retryAfterMs: Math.max(1, waitMs) })
    expect('resetAfterMs' in told && told.resetAfterMs).toBe(Math.max(1, 20_000 - now))
  })
})

test('the window that is waited for longest is the one in the way', () => {
  const windows = [second, minute]
  const figures = figuresOf(windows, [
    { limit: 2, remaining: 0, resetAfterMs: 700 },
    { limit: 10, remaining: 4, resetAfterMs: 20_000 },
  ])
  const at = (ahead: number, now = 0) => forecast(figures, [ahead, ahead], requestOf(windows, [1, 1]), now)
  expect(at(0)).toEqual({ waitMs: 700, window: 0 })
  expect(at(2)).toEqual({ waitMs: 1700, window: 0 })
  expect(at(4)).toEqual({ waitMs: 20_000, window: 1 })
  expect(at(0, 800)).toEqual({ waitMs: 0, window: undefined })
})

test('a calendar’s further periods are as short as they can be', () => {
  const figures = figuresOf([month], [{ limit: 10, remaining: 0, resetAfterMs: 1000 }])
  expect(forecast(figures, [10], requestOf([month], [1]), 0).waitMs).toBe(1000 + 16 * 86_400_000)
})

test('a call with its own limit is measured by that, others by what the store applied', () => {
  const figures = figuresOf([minute], [{ limit: 5, remaining: 1, resetAfterMs: 1000 }]) // a share of the limit
  expect(forecast(figures, [0], requestOf(figures.request.windows, [2]), 0).waitMs).toBe(1000)
  expect(forecast(figures, [0], requestOf(figures.request.windows, [6]), 0).waitMs).toBe(Number.POSITIVE_INFINITY)
  const own = [{ ...minute, limit: 20 }]
  expect(forecast(figures, [0], requestOf(own, [16]), 0).waitMs).toBe(0)
  expect(forecast(figures, [0], requestOf(own, [17]), 0).waitMs).toBe(1000)
})

test('without windows nobody waits', async () => {
  const decision = await limiterOn(new FakeStore()).limit('a')
  const figures = { decision: { ...decision, windows: [] }, request: requestOf([], []), receivedAt: 0 } as Figures
  expect(forecast(figures, [], requestOf([], []), 0)).toEqual({ waitMs: 0, window: undefined })
  expect(callsPerWindow(requestOf([], []))).toBe(Number.POSITIVE_INFINITY)
})

test('a window admits as many calls as fit, and one is always asked for', () => {
  expect(callsPerWindow(requestOf([minute], [3]))).toBe(3)
  expect(callsPerWindow(requestOf([minute, second], [3, 1]))).toBe(2)
  expect(callsPerWindow(requestOf([minute], [0]))).toBe(Number.POSITIVE_INFINITY)
  expect(callsPerWindow(requestOf([minute], [11]))).toBe(1)
})

test('calls count as equal if they cost the same under the same limits', () => {
  const windows = [minute, second]
  expect(isAlike(requestOf(windows, [1, 2]), requestOf(windows, [1, 2]))).toBe(true)
  expect(isAlike(requestOf(windows, [1, 2]), requestOf(windows, [1, 1]))).toBe(false)
  expect(isAlike(requestOf(windows, [1, 2]), requestOf([...windows], [1, 2]))).toBe(false)
})
