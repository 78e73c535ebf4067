import { describe, expect, expectTypeOf, test } from 'vitest'
import { type Allowed, type Decision, type Denied, OptionError, type RateLimiter } from '../../src/index.ts'
import { type WaitQueueOptions, waitQueue } from '../../src/wait-queue/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { rejection, thrown, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const limiter = limiterOn(new FakeStore())

test.each<[string, unknown, unknown]>([
  ['limiter must be a limiter, received undefined', undefined, { maxWaitMs: 1 }],
  [
    'limiter must be a limiter, received an instance of FakeStore without the method limit',
    new FakeStore(),
    { maxWaitMs: 1 },
  ],
  ['options must be a plain object, received undefined', limiter, undefined],
  ['(did you mean maxWaitMs?), received the unknown option "maxWait"', limiter, { maxWait: 1 }],
  ['maxWaitMs must be an integer from 0 to 2^53-1, received undefined', limiter, {}],
  ['maxWaitMs must be an integer from 0 to 2^53-1, received -1', limiter, { maxWaitMs: -1 }],
  [
    'maxWaitMs must be an integer from 0 to 2^53-1, received Infinity',
    limiter,
    { maxWaitMs: Number.POSITIVE_INFINITY },
  ],
  ['maxWaitMs must be an integer from 0 to 2^53-1, received "5s"', limiter, { maxWaitMs: '5s' }],
  ['maxWaiting must be an integer from 0 to 2^53-1, received 1.5', limiter, { maxWaitMs: 1, maxWaiting: 1.5 }],
  ['maxWaiting must be an integer from 0 to 2^53-1, received null', limiter, { maxWaitMs: 1, maxWaiting: null }],
  ['maxWaiting must be made of calls, units', limiter, { maxWaitMs: 1, maxWaiting: { tokens: 1 } }],
  [
    'maxWaiting.calls must be an integer from 0 to 2^53-1, received -1',
    limiter,
    { maxWaitMs: 1, maxWaiting: { calls: -1 } },
  ],
  [
    'maxWaiting.units must be an integer from 0 to 2^53-1, received NaN',
    limiter,
    { maxWaitMs: 1, maxWaiting: { units: Number.NaN } },
  ],
])('%s', (message, given, options) => {
  const error = thrown(() => waitQueue(given as RateLimiter, options as WaitQueueOptions))
  expect(error).toBeInstanceOf(OptionError)
  expect(String(error)).toContain(message)
})

test.each<[string, string, unknown]>([
  ['id must be', '', undefined],
  ['maxWaitMs must be an integer from 0 to 2^53-1, received -1', 'a', { maxWaitMs: -1 }],
  ['cost must be', 'a', { cost: -1 }],
  ['limit must be', 'a', { limit: Number.NaN }],
  ['signal must be', 'a', { signal: {} }],
  ['(did you mean maxWaitMs?), received the unknown option "maxwaitms"', 'a', { maxwaitms: 1 }],
  ['options must be a plain object', 'a', 5],
])('a call is refused before anything is sent: %s', async (message, id, options) => {
  const store = new FakeStore()
  const queue = waitQueue(limiterOn(store), { maxWaitMs: 1000 })
  for (const method of ['limit', 'isAllowed'] as const) {
    const error = await rejection(queue[method](id, options as object))
    expect(error).toBeInstanceOf(OptionError)
    expect(String(error)).toContain(message)
  }
  await turns()
  expect(store.commands).toEqual([])
})

describe('it is a limiter', () => {
  test('of the same name and windows', () => {
    const queue = waitQueue(limiter, { maxWaitMs: 1000 })
    expect(queue.name).toBe('api')
    expect(queue.windows).toBe(limiter.windows)
  })

  test('that peeks, says yes or no, refunds and resets', async () => {
    const queue: RateLimiter = waitQueue(limiterOn(new FakeStore(), { limit: 2 }), { maxWaitMs: 0 })
    const decision = await queue.limit('a')
    expect([await queue.isAllowed('a'), await queue.isAllowed('a')]).toEqual([true, false])
    expect(await queue.peek('a')).toMatchObject({ allowed: false, remaining: 0 })
    expect(await queue.refund(decision)).toBe(true)
    expect(await queue.peek('a')).toMatchObject({ allowed: true, remaining: 1 })
    await queue.reset('a')
    expect(await queue.peek('a')).toMatchObject({ remaining: 2 })
  })

  test('whose decisions have the type of the limiter’s', () => {
    const queue = waitQueue(limiter, { maxWaitMs: 1000 })
    expectTypeOf(queue.limit('a')).toEqualTypeOf<Promise<Allowed | Denied>>()
    const any: RateLimiter = queue
    expectTypeOf(waitQueue(any, { maxWaitMs: 1 }).limit('a')).toEqualTypeOf<Promise<Decision>>()
  })
})
