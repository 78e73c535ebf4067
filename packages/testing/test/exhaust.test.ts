import { calendar } from '@rl/core/calendar'
import { denyCache, lease } from '@rl/core/fast-paths'
import { shadow } from '@rl/core/shadow'
import { waitQueue } from '@rl/core/wait-queue'
import { describe, expect, test } from 'vitest'
import { exhaust } from '../src/index.ts'
import { set } from './support.ts'

const requests = { unit: 'requests', limit: 60, window: '1m' }

describe('takes what is left', () => {
  test.each([
    ['one window', { limit: 10, window: '1m' }],
    ['one that begins with its first call', { limit: 10, window: '1m', anchor: 'first-hit' }],
    ['a period of a calendar', { limit: 10, window: calendar('day', { timeZone: 'Asia/Tokyo' }) }],
    [
      'several windows',
      {
        windows: [
          { limit: 10, window: '1s' },
          { limit: 1000, window: '1d' },
        ],
      },
    ],
    ['a unit', { windows: [requests] }],
    ['a limit of 0', { limit: 0, window: '1m' }],
    ['a lease that holds units', { limit: 100, window: '1m', fastPaths: [lease({ share: 0.2 }), denyCache()] }],
  ])('of %s', async (_, options) => {
    const { limiterWith } = set()
    const limiter = limiterWith(options)
    await limiter.limit('user_123')
    await limiter.limit('user_123')
    const denied = await exhaust(limiter, 'user_123')
    expect(denied).toBeDenied({ remaining: 0 })
    expect(await limiter.limit('user_123')).toBeDenied()
    expect(await exhaust(limiter, 'user_123')).toEqual(denied)
  })

  test('in every unit, whatever each has left', async () => {
    const { limiterWith } = set()
    const tokens = [
      { unit: 'tokens', limit: 1000, window: '1m' },
      { unit: 'tokens', limit: 5000, window: '1d' },
    ]
    const limiter = limiterWith({ windows: [requests, ...tokens] })
    await limiter.limit('tenant_7', { cost: { requests: 60, tokens: 1 } })
    await exhaust(limiter, 'tenant_7')
    expect(await limiter.peek('tenant_7')).toHaveRemaining({ requests: 0, tokens: 0 })
  })

  test('under the limit of a plan, and after a charge past the limit', async () => {
    const { limiterWith } = set()
    const limiter = limiterWith()
    expect(await exhaust(limiter, 'user_123', { limit: 50 })).toBeDenied({ limit: 50 })
    expect(await exhaust(limiter, 'user_123')).toBeDenied({ limit: 2, remaining: 0 })
  })

  test('of no one else', async () => {
    const { limiterWith } = set()
    const limiter = limiterWith()
    await exhaust(limiter, 'user_123')
    expect(await limiter.limit('user_456')).toBeAllowed({ remaining: 1 })
  })

  test('through a wait queue and a shadow, without waiting', async () => {
    const { limiterWith } = set()
    const queue = waitQueue(limiterWith(), { maxWaitMs: 0 })
    await exhaust(shadow(limiterWith({ name: 'new', limit: 1, window: '1s' }), { live: queue }), 'user_123')
    expect(await queue.limit('user_123')).toBeDenied()
  })
})

test('its decision says how far to move the clock', async () => {
  const { clock, limiterWith } = set()
  const limiter = limiterWith({
    windows: [
      { limit: 5, window: '1s' },
      { limit: 9, window: '1d' },
    ],
  })
  clock.advanceToReset(await exhaust(limiter, 'user_123'))
  expect(await limiter.limit('user_123')).toBeAllowed({ remaining: 3 })
  clock.advanceToReset(await exhaust(limiter, 'user_123'))
  expect(await limiter.limit('user_123')).toBeAllowed({ remaining: 4 })
})

test('refuses a limiter without limits', async () => {
  const { limiterWith } = set()
  await expect(exhaust(shadow(limiterWith()), 'user_123')).rejects.toThrow(
    'limiter must be one with limits, received one that admits everything',
  )
})

test('rejects with the error of a store that fails, also where a policy would decide', async () => {
  const { store, limiterWith } = set()
  store.fail()
  const limiter = limiterWith({ limit: 1, window: '1m', onStoreError: 'deny' })
  await expect(exhaust(limiter, 'user_123')).rejects.toMatchObject({ outcome: 'not-executed' })
})
