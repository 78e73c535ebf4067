import { FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import sinon, { type SinonFakeTimers } from 'sinon'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type LaterStore, laterStore } from '../src/later-store.ts'

type Faked = 'setTimeout' | 'clearTimeout' | 'performance' | 'Date'

const MINUTE = 60_000
const DEADLINE_MS = 20

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

/** Each is what a framework or a test fakes, more or less. `performance` is what deadlines go by. */
const FAKED: readonly [string, Faked[] | undefined][] = [
  ['everything is', undefined],
  ['setTimeout is, and performance is not', ['setTimeout', 'clearTimeout', 'Date']],
  ['performance is, and setTimeout is not', ['performance', 'Date']],
]

describe.each(FAKED)('a store that answers later, where %s faked', (_, toFake) => {
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

  test.each<[string, (store: LaterStore) => FixedWindowRateLimiter]>([
    [
      'before',
      (store) => {
        const limiter = limiterOn(store, DEADLINE_MS)
        fake(toFake)
        return limiter
      },
    ],
    [
      'while',
      (store) => {
        fake(toFake)
        return limiterOn(store, DEADLINE_MS)
      },
    ],
  ])('and hangs fails a call once every clock has reached its deadline, the limiter made %s', async (_, make) => {
    const store = laterStore()
    const limiter = make(store)
    store.hang()
    const failed = vi.fn()
    limiter.limit('user_456').catch(failed)
    await vi.waitFor(
      async () => {
        await clock.tickAsync(DEADLINE_MS)
        expect(failed).toHaveBeenCalledOnce()
      },
      { timeout: 30_000, interval: DEADLINE_MS },
    )
    expect(failed.mock.calls).toMatchObject([[{ message: `the store did not answer within ${DEADLINE_MS} ms` }]])
  })
})
