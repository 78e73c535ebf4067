import { expect, test } from 'vitest'
import type { Decision, FixedWindowRateLimiter } from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const CALLERS = 100

/** Each caller asks twice for one identifier, the second time as soon as the first is answered. */
function askTwice(
  limiter: FixedWindowRateLimiter,
  callers: number,
  second: (caller: number) => Promise<Decision> = () => limiter.limit('hot'),
): Promise<Decision>[] {
  return Array.from({ length: callers }, async (_, caller) => {
    await limiter.limit('hot')
    return second(caller)
  })
}

const timesOf = (store: FakeStore): unknown[] =>
  store.commands.map((each) => each.map((take) => 'times' in take && take.times))

test.each([
  ['two', 2, CALLERS, [[100], [50], [50]]],
  ['one, where the store wants no more under way at once', 1, CALLERS, [[100], [100]]],
  ['one, where they are few', 2, 40, [[40], [40]]],
])('callers of one identifier that ask again and again share %s', async (_, parallelism, callers, expected) => {
  const store = new FakeStore({ parallelism })
  store.isHolding = true
  const asked = askTwice(limiterOn(store, { limit: 1000 }), callers)
  await turns()
  store.release()
  await turns()
  expect(timesOf(store)).toEqual(expected)
  expect(store.held).toBe(expected.length - 1)
  store.release(store.held)
  await Promise.all(asked)
})

const ask = (limiter: FixedWindowRateLimiter, callers: number): Promise<unknown> =>
  Promise.allSettled(Array.from({ length: callers }, () => limiter.limit('hot')))

test('when more callers come, two commands take them all', async () => {
  const store = new FakeStore({ parallelism: 2 })
  const limiter = limiterOn(store, { limit: 1000 })
  await ask(limiter, 50)
  await ask(limiter, 200)
  expect(timesOf(store)).toEqual([[50], [25], [175]])
})

test.each(['answer', 'fail', 'hang'] as const)('after a crowd, fewer callers have halves again (%s)', async (fate) => {
  const store = new FakeStore({ parallelism: 2 })
  const limiter = limiterOn(store, { limit: 1e6, breaker: false, deadlineMs: fate === 'hang' ? 20 : 10_000 })
  store.fate = fate
  await ask(limiter, 200)
  store.fate = 'answer'
  store.isHolding = true
  for (let round = 0; round < 100; round++) {
    const asked = ask(limiter, 60)
    await turns()
    store.release(store.held)
    await asked
  }
  expect(timesOf(store).slice(-2)).toEqual([[29], [31]])
})

test('the first half is asked for first', async () => {
  const store = new FakeStore({ parallelism: 2 })
  const limiter = limiterOn(store, { limit: CALLERS + 70 })
  const decisions = await Promise.all(askTwice(limiter, CALLERS))
  const countdown = Array.from({ length: CALLERS }, (_, i) => ({ allowed: i < 70, remaining: Math.max(0, 69 - i) }))
  expect(decisions).toMatchObject(countdown)
})

test('nothing is taken for callers of the second half that abort before it is sent', async () => {
  const store = new FakeStore({ parallelism: 2 })
  const limiter = limiterOn(store, { limit: 1000 })
  const controller = new AbortController()
  const { signal } = controller
  const asked = askTwice(limiter, CALLERS, (i) => {
    if (i === CALLERS - 1) queueMicrotask(() => controller.abort())
    return limiter.limit('hot', i < 90 ? undefined : { signal })
  })
  const settled = await Promise.allSettled(asked)
  expect(settled.map(({ status }) => status)).toEqual(
    Array.from(settled, (_, i) => (i < 90 ? 'fulfilled' : 'rejected')),
  )
  expect(timesOf(store)).toEqual([[100], [50], [40]])
})
