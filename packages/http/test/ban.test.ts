import { FixedWindowRateLimiter } from '@rl/core'
import { observe } from '@rl/core/observe'
import { MemoryStore } from '@rl/memory'
import { expect, test } from 'vitest'
import { banAfter, isBanned } from '../src/index.ts'
import { downStore, limiterOf } from './limiters.ts'

test('denials of a failing store ban nobody', async () => {
  const denials = limiterOf({ name: 'denials', limit: 1 })
  const limiter = banAfter(limiterOf({ store: downStore, onStoreError: 'deny' }), denials)
  expect((await limiter.limit('ann')).allowed).toBe(false)
  expect(await denials.peek('ann')).toMatchObject({ remaining: 1 })
})

test('a store of denials that fails is answered by its failure policy, which is no ban', async () => {
  const denying = banAfter(limiterOf({}), limiterOf({ name: 'denials', store: downStore, onStoreError: 'deny' }))
  const decision = await denying.limit('ann')
  expect([decision.allowed, decision.source, isBanned(decision)]).toEqual([false, 'failure-policy', false])
  const allowing = banAfter(limiterOf({}), limiterOf({ name: 'denials', store: downStore, onStoreError: 'allow' }))
  expect(await allowing.isAllowed('ann')).toBe(true)
})

test('a reset ends a ban, and peeks count no denial', async () => {
  const limiter = banAfter(limiterOf({ limit: 1 }), limiterOf({ name: 'denials', limit: 1 }))
  await limiter.limit('ann')
  for (let i = 0; i < 3; i++) expect(isBanned(await limiter.peek('ann'))).toBe(false)
  await limiter.limit('ann')
  expect(isBanned(await limiter.peek('ann'))).toBe(true)
  await limiter.reset('ann')
  expect(await limiter.limit('ann')).toMatchObject({ allowed: true, remaining: 0 })
  await limiter.drain()
})

test('the decision about a banned call has the figures of each window that the call named', async () => {
  const windows = [
    { unit: 'requests', limit: 60, window: '1m' as const },
    { unit: 'tokens', limit: 10, window: '1d' as const },
  ]
  const store = new MemoryStore({ now: () => 1_700_000_006_500 })
  const inner = new FixedWindowRateLimiter({ name: 'llm', store, windows })
  const limiter = banAfter(inner, limiterOf({ name: 'denials', limit: 1, window: '1m' }))
  const cost = { requests: 1, tokens: 11 }
  await limiter.limit('ann', { cost })
  const expected = { resetAt: 1_700_000_040_000, resetAfterMs: 33_500 }
  expect(await limiter.limit('ann', { cost, limit: [5, 50] })).toEqual({
    allowed: false,
    id: 'ann',
    cost,
    limit: 5,
    remaining: 0,
    ...expected,
    retryAfterMs: 33_500,
    source: 'store',
    windows: [
      { unit: 'requests', cost: 1, limit: 5, remaining: 0, ...expected },
      { unit: 'tokens', cost: 11, limit: 50, remaining: 0, ...expected },
    ],
  })
})

test('an observer sees the calls of the banned, as those of others, and nothing after it stopped', async () => {
  const inner = limiterOf({ limit: 1 })
  const limiter = banAfter(inner, limiterOf({ name: 'denials', limit: 1 }))
  const seen: unknown[] = []
  const stop = observe(limiter, {
    includeIdentifiers: true,
    decision: ({ policy, operation, result, store, id }) => seen.push([policy, operation, result, store, id]),
  })
  for (let i = 0; i < 3; i++) await limiter.limit('ann')
  expect(isBanned(await limiter.peek('ann'))).toBe(true)
  stop()
  await limiter.limit('ann')
  expect(seen).toEqual([
    ['api', 'limit', 'allowed', 'memory', 'ann'],
    ['api', 'limit', 'denied', 'memory', 'ann'],
    ['api', 'limit', 'denied', 'memory', 'ann'],
    ['api', 'peek', 'denied', 'memory', 'ann'],
  ])
})

test('what is no limiter, or one of the same name, is refused', () => {
  const limiter = limiterOf({})
  expect(() => banAfter({} as never, limiter)).toThrow(/limiter must be a limiter of @rl\/core/)
  expect(() => banAfter(limiter, {} as never)).toThrow(/denials must be a limiter of @rl\/core/)
  expect(() => banAfter(limiter, limiterOf({}))).toThrow(/denials.name must be unlike the limiter's/)
})
