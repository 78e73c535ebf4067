import { describe, expect, test } from 'vitest'
import type { Anchor } from '../../src/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

const MAX = Number.MAX_SAFE_INTEGER

function limiterOf(limit: number, window: number | string = '1m', anchor: Anchor = 'epoch') {
  const store = new FakeStore()
  return { store, limiter: limiterOn(store, { limit, window, anchor }) }
}

test('limit 0 denies always, for no wait helps', async () => {
  const { limiter } = limiterOf(0)
  for (let i = 0; i < 3; i++) {
    const decision = await limiter.limit('a')
    expect(decision).toMatchObject({ allowed: false, limit: 0, remaining: 0, retryAfterMs: Number.POSITIVE_INFINITY })
  }
  expect(await limiter.isAllowed('a')).toBe(false)
})

test('cost 0 reads: admitted under any limit, and takes nothing', async () => {
  const { limiter } = limiterOf(1)
  expect(await limiter.limit('a', { cost: 0 })).toMatchObject({ allowed: true, cost: 0, remaining: 1, retryAfterMs: 0 })
  expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 0 })
  expect(await limiter.limit('a', { cost: 0 })).toMatchObject({ allowed: true, cost: 0, remaining: 0 })
  expect(await limiter.limit('a', { cost: 0, limit: 0 })).toMatchObject({ allowed: false, limit: 0, remaining: 0 })
  expect(await limiter.limit('b', { cost: 0, limit: 0 })).toMatchObject({ allowed: true, limit: 0, remaining: 0 })
})

test('a cost above the limit is denied, consumes nothing, and can never fit', async () => {
  const { limiter } = limiterOf(5)
  const decision = await limiter.limit('a', { cost: 6 })
  expect(decision).toMatchObject({ allowed: false, cost: 6, limit: 5, remaining: 5 })
  expect(decision.retryAfterMs).toBe(Number.POSITIVE_INFINITY)
  expect(await limiter.limit('a', { cost: 5 })).toMatchObject({ allowed: true, remaining: 0 })
})

test('the largest counts are exact', async () => {
  const { limiter } = limiterOf(MAX)
  expect(await limiter.limit('a', { cost: MAX - 1 })).toMatchObject({ allowed: true, remaining: 1 })
  expect(await limiter.limit('a', { cost: 2 })).toMatchObject({ allowed: false, remaining: 1 })
  expect(await limiter.limit('a', { cost: MAX })).toMatchObject({ allowed: false, remaining: 1 })
  expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 0 })
  expect(await limiter.limit('a')).toMatchObject({ allowed: false, remaining: 0 })
})

test('many callers of a large cost share what fits exactly', async () => {
  const { limiter, store } = limiterOf(MAX)
  const cost = Math.floor(MAX / 3)
  const decisions = await Promise.all(Array.from({ length: 5 }, () => limiter.limit('a', { cost })))
  expect(store.commands).toHaveLength(1)
  const rest = MAX - 3 * cost
  expect(decisions.map((decision) => decision.allowed)).toEqual([true, true, true, false, false])
  expect(decisions.map((d) => 'remaining' in d && d.remaining)).toEqual([
    2 * cost + rest,
    cost + rest,
    rest,
    rest,
    rest,
  ])
})

describe.each<Anchor>(['epoch', 'first-hit'])('windows anchored at %s', (anchor) => {
  test.each([2 ** 31, 2 ** 31 + 1, 400 * 86_400_000, MAX])('%d ms long are enforced', async (windowMs) => {
    const { limiter, store } = limiterOf(1, windowMs, anchor)
    const first = await limiter.limit('a')
    expect(first).toMatchObject({ allowed: true, remaining: 0 })
    const resetAt = anchor === 'epoch' ? (Math.floor(T0 / windowMs) + 1) * windowMs : Math.min(T0 + windowMs, MAX)
    expect(first).toMatchObject({ resetAt })
    store.now = resetAt - 1
    expect(await limiter.limit('a')).toMatchObject({ allowed: false, resetAt, retryAfterMs: 1 })
  })

  test('1 ms long work', async () => {
    const { limiter, store } = limiterOf(1, 1, anchor)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, resetAt: T0 + 1 })
    expect(await limiter.limit('a')).toMatchObject({ allowed: false, resetAt: T0 + 1, retryAfterMs: 1 })
    store.now++
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, resetAt: T0 + 2 })
  })
})

test('odd identifiers are legal, and no two are the same', async () => {
  const ids = [
    '__proto__',
    'constructor',
    'toString',
    'a:b',
    'a',
    'b',
    ':',
    '}x{',
    '{}',
    '\0',
    '\0\0',
    ' ',
    '\n',
    '%',
    '%00',
  ]
  ids.push(
    '😀',
    '👨‍👩‍👧',
    '\u00e9',
    'e\u0301',
    '*',
    '?',
    '#',
    '\ufffd',
    '\ufeff',
    'x'.repeat(100_000),
    '😀'.repeat(1000),
  )
  const { limiter } = limiterOf(1)
  const first = await Promise.all(ids.map((id) => limiter.limit(id)))
  expect(first.map(({ id, allowed }) => ({ id, allowed }))).toEqual(ids.map((id) => ({ id, allowed: true })))
  const second = await Promise.all(ids.map((id) => limiter.isAllowed(id)))
  expect(second).toEqual(ids.map(() => false))
})
