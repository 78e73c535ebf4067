import { describe, expect, test } from 'vitest'
import { checkReply } from '../../src/contract/check-reply.ts'
import {
  type Decision,
  type FixedWindowRateLimiter,
  type OnStoreError,
  StoreError,
  type Take,
  type Window,
} from '../../src/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { everythingIn, rejection, thrown } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const END = T0 + 30_000
const fine = { timesTaken: 2, now: T0, windows: [{ used: 8, resetAt: END, generation: 0 }] }
const denial = { timesTaken: 0, now: T0, windows: [{ used: 10, resetAt: END, generation: 0 }] }

/** A store whose replies are these, whatever it is asked. */
function answering(replies: unknown): FakeStore {
  const store = new FakeStore()
  store.apply = () => Promise.resolve(replies as never)
  return store
}

function limiterOf(replies: unknown, onStoreError: OnStoreError = 'throw') {
  return limiterOn(answering(replies), { onStoreError })
}

/** Two callers of one identifier, who take 3 each: `times` is 2. */
function ask(limiter: FixedWindowRateLimiter) {
  return Promise.allSettled([limiter.limit('secret', { cost: 3 }), limiter.limit('secret', { cost: 3 })])
}

test('the replies that the cases below spoil are fine', async () => {
  expect(await ask(limiterOf([fine]))).toMatchObject([{ value: { allowed: true } }, { value: { allowed: true } }])
  expect(await ask(limiterOf([denial]))).toMatchObject([{ value: { allowed: false } }, { value: { allowed: false } }])
})

const window = (state: unknown) => ({ ...fine, windows: [state] })
const state = { used: 8, resetAt: END, generation: 0 }

const MALFORMED: [what: string, replies: unknown][] = [
  ['no list: undefined', undefined],
  ['no list: null', null],
  ['no list: a number', 5],
  ['no list: a string', 'OK'],
  ['no list: true', true],
  ['no list: the reply itself', fine],
  ['an empty list', []],
  ['null in the place', [null]],
  ['undefined in the place', [undefined]],
  ['true in the place', [true]],
  ['a number in the place', [2]],
  ['a string in the place', ['2']],
  ['an array in the place', [[2, T0, 8, END]]],
  ['an empty object', [{}]],
  ['no timesTaken', [{ ...fine, timesTaken: undefined }]],
  ['timesTaken null', [{ ...fine, timesTaken: null }]],
  ['timesTaken NaN', [{ ...fine, timesTaken: Number.NaN }]],
  ['timesTaken as a string', [{ ...fine, timesTaken: '2' }]],
  ['timesTaken as a bigint', [{ ...fine, timesTaken: 2n }]],
  ['timesTaken as a boolean', [{ ...fine, timesTaken: true }]],
  ['timesTaken negative', [{ ...fine, timesTaken: -1 }]],
  ['timesTaken in parts', [{ ...fine, timesTaken: 1.5 }]],
  ['timesTaken infinite', [{ ...fine, timesTaken: Number.POSITIVE_INFINITY }]],
  ['more taken than asked for', [{ timesTaken: 3, now: T0, windows: [{ used: 9, resetAt: END, generation: 0 }] }]],
  ['no now', [{ ...fine, now: undefined }]],
  ['now NaN', [{ ...fine, now: Number.NaN }]],
  ['now as a string', [{ ...fine, now: String(T0) }]],
  ['now in fractions', [{ ...fine, now: T0 + 0.5 }]],
  ['now negative', [{ ...fine, now: -5 }]],
  ['no windows', [{ ...fine, windows: undefined }]],
  ['windows null', [{ ...fine, windows: null }]],
  ['no window', [{ ...fine, windows: [] }]],
  ['a window too many', [{ ...fine, windows: [state, state] }]],
  ['windows as an object', [{ ...fine, windows: { 0: state } }]],
  ['windows as a string', [{ ...fine, windows: '8' }]],
  ['window null', [window(null)]],
  ['window undefined', [window(undefined)]],
  ['window as a number', [window(8)]],
  ['no used', [window({ resetAt: END, generation: 0 })]],
  ['no generation', [window({ used: 8, resetAt: END })]],
  ['generation in parts', [window({ ...state, generation: 0.5 })]],
  ['generation negative', [window({ ...state, generation: -1 })]],
  ['generation as a string', [window({ ...state, generation: '0' })]],
  ['outside, of a window that is no calendar period', [{ outside: true, now: T0 }]],
  ['outside without a clock', [{ outside: true }]],
  ['the reply to a clear', [{ now: T0 }]],
  ['the reply to an adjustment', [{ now: T0, repeated: false, windows: [{ applied: -1, used: 7 }] }]],
  ['used NaN', [window({ ...state, used: Number.NaN })]],
  ['used as a string', [window({ ...state, used: '8' })]],
  ['used negative', [window({ ...state, used: -1 })]],
  ['used in parts', [window({ ...state, used: 8.5 })]],
  ['used beyond 2^53-1', [window({ ...state, used: 2 ** 53 })]],
  ['used above the limit on admission', [window({ ...state, used: 11 })]],
  ['less used than was just taken', [window({ ...state, used: 5 })]],
  ['no resetAt', [window({ used: 8 })]],
  ['resetAt NaN', [window({ ...state, resetAt: Number.NaN })]],
  ['resetAt as a string', [window({ ...state, resetAt: String(END) })]],
  ['resetAt in fractions', [window({ ...state, resetAt: END + 0.5 })]],
  ['resetAt in the past', [window({ ...state, resetAt: T0 - 1 })]],
  ['resetAt now', [window({ ...state, resetAt: T0 })]],
  ['a denial of what fits', [{ ...denial, windows: [{ used: 7, resetAt: END, generation: 0 }] }]],
  [
    'half an admission where the other half fits',
    [{ ...fine, timesTaken: 1, windows: [{ used: 7, resetAt: END, generation: 0 }] }],
  ],
  ['a denial with resetAt in the past', [{ ...denial, windows: [{ used: 10, resetAt: T0 }] }]],
]

describe.each(MALFORMED)('%s', (_, replies) => {
  test("rejects every caller with outcome 'unknown', and tells no identifier", async () => {
    const settled = await ask(limiterOf(replies))
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    for (const each of settled) {
      const error: unknown = each.status === 'rejected' && each.reason
      expect(error).toBeInstanceOf(StoreError)
      expect(error).toMatchObject({ outcome: 'unknown' })
      expect(everythingIn(error)).not.toContain('secret')
    }
  })

  test('is never an answer of the counter, whatever the failure policy', async () => {
    for (const [policy, allowed] of [['allow', true] as const, ['deny', false] as const]) {
      for (const each of await ask(limiterOf(replies, policy))) {
        expect(each).toMatchObject({ value: { source: 'failure-policy', allowed, error: { outcome: 'unknown' } } })
      }
    }
  })
})

test('a list that is too short answers those it answers, and fails the others', async () => {
  const store = new FakeStore()
  const apply = store.apply.bind(store)
  store.apply = async (operations) => (await apply(operations)).slice(0, 2)
  const settled = await Promise.allSettled(['a', 'b', 'c', 'd'].map((id) => limiterOn(store).limit(id)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
})

test('one malformed reply fails its own take alone', async () => {
  const store = new FakeStore()
  store.change = (reply, _, i) => (i === 1 ? null : reply)
  const settled = await Promise.allSettled(['a', 'b', 'c'].map((id) => limiterOn(store).limit(id)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('with several windows, a denial needs one in the way, and an admission room in all', async () => {
  const windows = [
    { limit: 10, window: '1m' },
    { limit: 5, window: '1h' },
  ]
  const answer = (timesTaken: number, ...used: number[]) => {
    const reply = { timesTaken, now: T0, windows: used.map((each) => ({ used: each, resetAt: END, generation: 0 })) }
    return limiterOn(answering([reply]), { windows }).limit('a')
  }
  expect(await answer(1, 10, 5)).toMatchObject({ allowed: true })
  expect(await answer(0, 9, 5)).toMatchObject({ allowed: false })
  expect(await answer(0, 10, 4)).toMatchObject({ allowed: false })
  expect(await rejection(answer(0, 9, 4))).toMatchObject({ outcome: 'unknown' })
  expect(await rejection(answer(1, 10, 6))).toMatchObject({ outcome: 'unknown' })
  expect(await rejection(answer(1, 0, 5))).toMatchObject({ outcome: 'unknown' })
})

test('with units, each window is checked against its own cost', async () => {
  const windows = [
    { unit: 'requests', limit: 10, window: '1m' },
    { unit: 'tokens', limit: 100, window: '1m' },
  ]
  const answer = (timesTaken: number, ...used: number[]) => {
    const reply = { timesTaken, now: T0, windows: used.map((each) => ({ used: each, resetAt: END, generation: 0 })) }
    return limiterOn(answering([reply]), { windows }).limit('a', { cost: { requests: 0, tokens: 50 } })
  }
  expect(await answer(1, 0, 50)).toMatchObject({ allowed: true })
  expect(await answer(0, 10, 51)).toMatchObject({ allowed: false })
  // 0 requests are denied only where more is used than the limit.
  expect(await answer(0, 11, 0)).toMatchObject({ allowed: false })
  expect(await rejection(answer(0, 10, 50))).toMatchObject({ outcome: 'unknown' })
  expect(await rejection(answer(1, 11, 50))).toMatchObject({ outcome: 'unknown' })
  expect(await rejection(answer(1, 10, 49))).toMatchObject({ outcome: 'unknown' })
})

describe('the reply to an adjustment', () => {
  test.each<[unknown]>([
    [undefined],
    [null],
    [{}],
    [{ now: T0, repeated: false }],
    [{ now: T0, repeated: false, windows: [] }],
    [{ now: T0, repeated: false, windows: [{ applied: -1, used: 0 }, 'ended'] }],
    [{ now: T0, repeated: false, windows: ['over'] }],
    [{ now: T0, repeated: false, windows: [null] }],
    [{ now: T0, repeated: false, windows: [{ applied: '-1', used: 0 }] }],
    [{ now: T0, repeated: false, windows: [{ applied: -0.5, used: 0 }] }],
    [{ now: T0, repeated: false, windows: [{ applied: -1, used: -1 }] }],
    [{ now: T0, repeated: false, windows: [{ applied: -1 }] }],
    [{ now: T0, repeated: false, windows: 'ended' }],
    [{ now: T0, repeated: 'no', windows: ['ended'] }],
    [{ now: T0, windows: ['ended'] }],
    [{ now: '5', repeated: false, windows: ['ended'] }],
  ])('%j is malformed', async (reply) => {
    const store = new FakeStore()
    const limiter = limiterOn(store)
    const decision: Decision = await limiter.limit('secret')
    store.apply = () => Promise.resolve([reply] as never)
    const error = await rejection(limiter.refund(decision))
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ outcome: 'unknown' })
    expect(everythingIn(error)).not.toContain('secret')
  })

  test.each<[unknown, boolean]>([
    [{ now: T0, repeated: false, windows: [{ applied: -1, used: 0 }] }, true],
    [{ now: T0, repeated: true, windows: [{ applied: -1, used: 0 }] }, true],
    [{ now: T0, repeated: false, windows: [{ applied: 0, used: 5 }] }, false],
    [{ now: T0, repeated: false, windows: ['ended'] }, false],
  ])('%j is fine', async (reply, refunded) => {
    const store = new FakeStore()
    const limiter = limiterOn(store)
    const decision = await limiter.limit('a')
    store.apply = () => Promise.resolve([reply] as never)
    expect(await limiter.refund(decision)).toBe(refunded)
  })
})

describe('a calendar window', () => {
  const ends = [T0 - 1000, T0 + 1000, T0 + 2000]
  const calendar: Window = { ...{ anchor: 'calendar', period: 'day', timeZone: 'UTC' }, limit: 5, ends, longestMs: 1e9 }
  const epoch: Window = { anchor: 'epoch', windowMs: 1000, limit: 5 }
  const take = (...windows: Window[]): Take => {
    return { ...{ kind: 'take', scope: 'x', id: 'a', times: 1 }, costs: windows.map(() => 1), windows }
  }

  test('may be answered by a clock outside of its boundaries, which is refused for the moment', () => {
    const told: number[] = []
    const moving: Window = { ...calendar, storeClockIs: (now) => void told.push(now) }
    const outside = thrown(() => checkReply(take(epoch, moving), { outside: true, now: T0 }))
    expect(outside).toMatchObject({ outcome: 'not-executed', transient: true })
    expect(told).toEqual([T0])
    expect(thrown(() => checkReply(take(moving), { outside: 1, now: T0 } as never))).toMatchObject({
      outcome: 'unknown',
    })
    expect(told).toHaveLength(1)
  })

  test('must not be, where no window is one', () => {
    expect(thrown(() => checkReply(take(epoch), { outside: true, now: T0 }))).toMatchObject({ outcome: 'unknown' })
  })
})

test.each([undefined, null, {}, { now: -1 }, { now: '5' }])('%j is no reply to a clear', async (reply) => {
  expect(await rejection(limiterOn(answering([reply])).reset('a'))).toMatchObject({ outcome: 'unknown' })
})
