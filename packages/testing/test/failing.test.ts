import { FixedWindowRateLimiter, StoreError } from '@rl/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { testStore } from '../src/index.ts'
import { set } from './support.ts'

afterEach(() => vi.useRealTimers())

const MINUTE = { limit: 100, window: '1m', breaker: false }

/** For each of several calls, one after the other: what is left, or what the error says. */
async function outcomes(limiter: FixedWindowRateLimiter, calls: number): Promise<readonly (number | string)[]> {
  const each: (number | string)[] = []
  for (let i = 0; i < calls; i++) {
    each.push(
      await limiter.limit('user_123').then(
        ({ remaining }) => remaining,
        (error: StoreError) => error.outcome,
      ),
    )
  }
  return each
}

describe('fail', () => {
  test('all calls, until it is ended', async () => {
    const { store, limiterWith } = set()
    const limiter = limiterWith(MINUTE)
    const heal = store.fail()
    expect(await outcomes(limiter, 3)).toEqual(['not-executed', 'not-executed', 'not-executed'])
    heal()
    expect(await outcomes(limiter, 1)).toEqual([99])
  })

  test('the next calls, or those after some', async () => {
    const { store, limiterWith } = set()
    const limiter = limiterWith(MINUTE)
    store.fail({ calls: 2, outcome: 'unknown' })
    expect(await outcomes(limiter, 3)).toEqual(['unknown', 'unknown', 99])
    store.fail({ after: 2, calls: 1 })
    expect(await outcomes(limiter, 4)).toEqual([98, 97, 'not-executed', 96])
  })

  test('for some time, by the clock', async () => {
    const { clock, store, limiterWith } = set()
    const limiter = limiterWith({ ...MINUTE, window: '1d' })
    store.fail({ during: '30s' })
    clock.advance(29_999)
    expect(await outcomes(limiter, 1)).toEqual(['not-executed'])
    clock.advance(1)
    expect(await outcomes(limiter, 1)).toEqual([99])
  })

  test('some operations, and answers their neighbours in the same call', async () => {
    const { store, limiterWith } = set()
    const limiter = limiterWith(MINUTE)
    store.fail({ calls: 1, only: ({ id }) => id === 'user_2' })
    const ids = ['user_1', 'user_2', 'user_3']
    const all = await Promise.allSettled(ids.map((id) => limiter.limit(id)))
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await limiter.limit('user_2')).toHaveRemaining(99)
  })

  test('refunds alone', async () => {
    const { store, limiterWith } = set()
    const limiter = limiterWith(MINUTE)
    store.fail({ only: ({ kind }) => kind === 'adjust' })
    const decision = await limiter.limit('user_123')
    await expect(limiter.refund(decision)).rejects.toThrow('the store failed, as the test says')
  })

  test('answers that are lost: the call took effect', async () => {
    const { store, limiterWith } = set()
    const limiter = limiterWith(MINUTE)
    store.fail({ calls: 1, outcome: 'unknown', runs: true })
    store.fail({ calls: 1, outcome: 'unknown', runs: true, only: ({ kind }) => kind === 'take' })
    expect(await outcomes(limiter, 3)).toEqual(['unknown', 'unknown', 97])
  })

  test('with an error of the test', async () => {
    const { store, limiterWith } = set()
    const error = new Error('ECONNRESET')
    store.fail({ error })
    await expect(limiterWith().limit('user_123')).rejects.toMatchObject({ outcome: 'unknown', cause: error })
  })

  test('for the moment: the limiter tries again', async () => {
    const { store, limiterWith } = set()
    store.fail({ calls: 1, error: new StoreError('loading', { outcome: 'not-executed', transient: true }) })
    expect(await limiterWith({ ...MINUTE, deadlineMs: 60_000 }).limit('user_123')).toBeAllowed()
  })

  test('opens the breaker, as any store does', async () => {
    const { store, limiterWith } = set()
    const changes: string[] = []
    const onChange = ({ store, state }: { store: string; state: string }): unknown => changes.push(`${store} ${state}`)
    store.fail({ calls: 2 })
    const limiter = limiterWith({ ...MINUTE, breaker: { failures: 2, probeAfterMs: 1, onChange } })
    await outcomes(limiter, 2)
    await vi.waitFor(() => limiter.limit('user_123'))
    expect(changes).toEqual(['test open', 'test closed'])
  })

  test.each([
    [{ calls: 0 }, 'calls must be an integer from 1 to 2^53-1, received 0'],
    [{ after: -1 }, 'after must be an integer from 0 to 2^53-1, received -1'],
    [{ during: '1M' }, 'during must be a duration'],
    [{ only: 'adjust' }, 'only must be a function, received "adjust"'],
    [{ outcome: 'lost' }, "outcome must be 'not-executed' or 'unknown', received \"lost\""],
    [{ error: 'lost' }, 'error must be an Error, received "lost"'],
    [{ runs: true }, "runs must be false beside outcome 'not-executed', received true"],
    [{ call: 1 }, 'options must be made of calls, after'],
  ])('refuses %j', (options, message) => {
    expect(() => testStore().fail(options as object)).toThrow(message)
  })
})

describe('hold', () => {
  test('lets calls wait until they are released', async () => {
    const { store, limiterWith } = set()
    const held = store.hold()
    const call = limiterWith({ ...MINUTE, deadlineMs: 60_000 }).limit('user_123')
    await held.arrived
    expect([held.size, store.hold() === held]).toEqual([1, true])
    held.release()
    expect(await call).toBeAllowed()
    expect(await limiterWith(MINUTE).limit('user_123')).toHaveRemaining(98)
  })

  test('a call that was aborted is charged, as it was sent', async () => {
    const { store, limiterWith } = set()
    const limiter = limiterWith({ ...MINUTE, deadlineMs: 60_000 })
    const held = store.hold()
    const controller = new AbortController()
    const call = limiter.limit('user_123', { signal: controller.signal })
    await held.arrived
    controller.abort(new Error('left'))
    await expect(call).rejects.toThrow('left')
    held.release()
    expect(await limiter.limit('user_123')).toHaveRemaining(98)
  })

  test('fails what waits, and nothing later', async () => {
    const { store, limiterWith } = set()
    const limiter = limiterWith({ ...MINUTE, deadlineMs: 60_000 })
    const held = store.hold()
    const call = limiter.limit('user_123')
    await held.arrived
    held.fail()
    await expect(call).rejects.toMatchObject({ outcome: 'unknown' })
    expect(await limiter.limit('user_123')).toHaveRemaining(99)
  })

  test('brings a call to its deadline under fake timers', async () => {
    vi.useFakeTimers()
    const store = testStore({ clock: 'system' })
    const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1m' })
    const held = store.hold()
    const failed = vi.fn()
    limiter.limit('user_123').catch(failed)
    await vi.advanceTimersByTimeAsync(1200)
    expect(failed.mock.calls).toMatchObject([[{ message: 'the store did not answer within 1000 ms' }]])
    held.release()
    await limiter.drain()
  })
})

test('with the system’s clock, it follows fake timers', async () => {
  const store = testStore({ clock: 'system' })
  vi.useFakeTimers()
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1m' })
  expect([await limiter.isAllowed('user_123'), await limiter.isAllowed('user_123')]).toEqual([true, false])
  vi.advanceTimersByTime(60_000)
  expect(await limiter.isAllowed('user_123')).toBe(true)
})

test('reset forgets counters and failures, and releases what is held', async () => {
  const { store, limiterWith } = set()
  const limiter = limiterWith({ ...MINUTE, deadlineMs: 60_000 })
  await limiter.limit('user_123')
  store.fail()
  const held = store.hold()
  const call = limiter.limit('user_123')
  await held.arrived
  store.reset()
  expect(await call).toHaveRemaining(99)
  expect(await limiter.limit('user_123')).toHaveRemaining(98)
})

test.each([
  [{ clock: Date.now }, "clock must be a testClock() or 'system', received a function without the method now"],
  [{ now: Date.now }, 'options must be made of clock'],
])('refuses a wrong clock, and unknown options', (options, message) => {
  expect(() => testStore(options as object)).toThrow(message)
})
