import { describe, expect, test } from 'vitest'
import { FixedWindowRateLimiter, StoreError, type Take, type TakeReply } from '../src/index.ts'
import { everythingIn, RecordingStore, rejection, T0 } from './support.ts'

const END = T0 + 30_000
const fine = { taken: 2, now: T0, windows: [{ used: 8, resetAt: END }] }
const denial = { taken: 0, now: T0, windows: [{ used: 10, resetAt: END }] }

function limiterOf(replies: unknown, onStoreError: 'throw' | 'allow' | 'deny' = 'throw') {
  const store = new RecordingStore({ take: () => Promise.resolve(replies as TakeReply[]) })
  return new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1m', onStoreError })
}

/** Two callers of one identifier, who take 3 each: `times` is 2. */
function ask(limiter: FixedWindowRateLimiter<'throw' | 'allow' | 'deny'>) {
  return Promise.allSettled([limiter.limit('secret', { cost: 3 }), limiter.limit('secret', { cost: 3 })])
}

test('the replies that the cases below spoil are fine', async () => {
  expect(await ask(limiterOf([fine]))).toMatchObject([{ value: { allowed: true } }, { value: { allowed: true } }])
  expect(await ask(limiterOf([denial]))).toMatchObject([{ value: { allowed: false } }, { value: { allowed: false } }])
})

const window = (state: unknown) => ({ ...fine, windows: [state] })
const state = { used: 8, resetAt: END }

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
  ['no taken', [{ ...fine, taken: undefined }]],
  ['taken null', [{ ...fine, taken: null }]],
  ['taken NaN', [{ ...fine, taken: Number.NaN }]],
  ['taken as a string', [{ ...fine, taken: '2' }]],
  ['taken as a bigint', [{ ...fine, taken: 2n }]],
  ['taken as a boolean', [{ ...fine, taken: true }]],
  ['taken negative', [{ ...fine, taken: -1 }]],
  ['taken in parts', [{ ...fine, taken: 1.5 }]],
  ['taken infinite', [{ ...fine, taken: Number.POSITIVE_INFINITY }]],
  ['more taken than asked for', [{ taken: 3, now: T0, windows: [{ used: 9, resetAt: END }] }]],
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
  ['no used', [window({ resetAt: END })]],
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
  ['a denial of what fits', [{ ...denial, windows: [{ used: 7, resetAt: END }] }]],
  ['half an admission where the other half fits', [{ ...fine, taken: 1, windows: [{ used: 7, resetAt: END }] }]],
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
  const good = new RecordingStore()
  const take = async (takes: readonly Take[]) => (await good.take(takes)).slice(0, 2)
  const limiter = new FixedWindowRateLimiter({ name: 'x', store: new RecordingStore({ take }), limit: 5, window: '1m' })
  const settled = await Promise.allSettled(['a', 'b', 'c', 'd'].map((id) => limiter.limit(id)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
})

test('one malformed reply fails its own take alone', async () => {
  const good = new RecordingStore()
  const take = async (takes: readonly Take[]) =>
    (await good.take(takes)).map((reply, i) => (i === 1 ? (null as never) : reply))
  const limiter = new FixedWindowRateLimiter({ name: 'x', store: new RecordingStore({ take }), limit: 5, window: '1m' })
  const settled = await Promise.allSettled(['a', 'b', 'c'].map((id) => limiter.limit(id)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('with several windows, a denial needs one in the way, and an admission room in all', async () => {
  const windows = [
    { limit: 10, window: '1m' },
    { limit: 5, window: '1h' },
  ]
  const answer = (taken: number, ...used: number[]) => {
    const reply = { taken, now: T0, windows: used.map((each) => ({ used: each, resetAt: END })) }
    const store = new RecordingStore({ take: () => Promise.resolve([reply]) })
    return new FixedWindowRateLimiter({ name: 'x', store, windows }).limit('a')
  }
  expect(await answer(1, 10, 5)).toMatchObject({ allowed: true })
  expect(await answer(0, 9, 5)).toMatchObject({ allowed: false })
  expect(await answer(0, 10, 4)).toMatchObject({ allowed: false })
  expect(await rejection(answer(0, 9, 4))).toMatchObject({ outcome: 'unknown' })
  expect(await rejection(answer(1, 10, 6))).toMatchObject({ outcome: 'unknown' })
  expect(await rejection(answer(1, 0, 5))).toMatchObject({ outcome: 'unknown' })
})
