import { FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import sinon, { type SinonFakeTimers } from 'sinon'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { laterStore } from '../src/later-store.ts'

type Faked = 'setTimeout' | 'clearTimeout' | 'performance' | 'Date'

const MINUTE = 60_000
const SHORT = 20

let clock: SinonFakeTimers
afterEach(() => clock.restore())

/** Fakes all that sinon knows, unless told what. Without nextTick, vitest could not tell its main process how tests go. */
function fake(toFake?: Faked[]): void {
  clock = sinon.useFakeTimers({ now: Date.now(), ...(toFake ? { toFake } : { toNotFake: ['nextTick'] }) })
}

function limiterOn(store: LimiterOptions['store'], deadlineMs = MINUTE): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1m', deadlineMs })
}

const allowed = (limiter: FixedWindowRateLimiter, id = 'user_123'): Promise<boolean> => limiter.isAllowed(id)

describe('a MemoryStore', () => {
  test('that was made before timers are faked follows them', async () => {
    const limiter = limiterOn(new MemoryStore())
    await allowed(limiter)
    fake()
    expect(await allowed(limiter, 'user_456')).toBe(true)
    expect(await allowed(limiter, 'user_456')).toBe(false)
    await clock.tickAsync(MINUTE)
    expect([await allowed(limiter), await allowed(limiter, 'user_456')]).toEqual([true, true])
  })

  test('that was made while timers are faked follows them', async () => {
    fake()
    const limiter = limiterOn(new MemoryStore())
    expect([await allowed(limiter), await allowed(limiter)]).toEqual([true, false])
    await clock.tickAsync(MINUTE)
    expect([await allowed(limiter), await allowed(limiter)]).toEqual([true, false])
  })

  test('that was made while timers were faked follows the true time afterwards', async () => {
    fake()
    await clock.tickAsync(60 * MINUTE)
    const limiter = limiterOn(new MemoryStore())
    await allowed(limiter)
    clock.restore()
    const decision = await limiter.limit('user_456')
    expect(decision).toMatchObject({ allowed: true })
    expect('resetAt' in decision && decision.resetAt).toBeLessThanOrEqual(Date.now() + MINUTE)
  })
})

/** The faked functions and a deadline: a long one where no real time is to pass. */
const FAKED: readonly [string, Faked[] | undefined, number][] = [
  ['everything is', undefined, 60 * MINUTE],
  ['setTimeout is, and performance is not', ['setTimeout', 'clearTimeout', 'Date'], SHORT],
  ['performance is, and setTimeout is not', ['performance', 'Date'], SHORT],
]

describe.each(FAKED)('a store that answers later, where %s faked', (_, toFake, deadlineMs) => {
  test('answers before, while and after', async () => {
    const limiter = limiterOn(laterStore())
    expect(await allowed(limiter, 'before')).toBe(true)
    fake(toFake)
    expect([await allowed(limiter, 'while'), await allowed(limiter, 'before')]).toEqual([true, false])
    const made = limiterOn(laterStore())
    expect([await allowed(made), await allowed(made)]).toEqual([true, false])
    clock.restore()
    expect([await allowed(limiter, 'after'), await allowed(made, 'after')]).toEqual([true, true])
  })

  test.each([
    ['before', true],
    ['while', false],
  ])(
    'and hangs fails a call once every clock has reached its deadline, the limiter made %s',
    async (_, isMadeBefore) => {
      const store = laterStore()
      if (!isMadeBefore) fake(toFake)
      const limiter = limiterOn(store, deadlineMs)
      if (isMadeBefore) fake(toFake)
      store.hang()
      const failed = vi.fn()
      limiter.limit('user_123').catch(failed)
      await vi.waitFor(
        async () => {
          await clock.tickAsync(deadlineMs)
          expect(failed).toHaveBeenCalledOnce()
        },
        { timeout: 30_000, interval: SHORT },
      )
      expect(failed.mock.calls).toMatchObject([[{ message: `the store did not answer within ${deadlineMs} ms` }]])
    },
  )
})
