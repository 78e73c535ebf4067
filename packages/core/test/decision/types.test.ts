import { describe, expect, expectTypeOf, test } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import {
  type Allowed,
  type AllowedByPolicy,
  type Cost,
  type CounterStore,
  type Decision,
  type DecisionSource,
  type Denied,
  type DeniedByPolicy,
  type FastPathFactory,
  FixedWindowRateLimiter,
  type LimiterOptions,
  type LimitOptions,
  type RateLimiter,
  type StoreError,
  type WindowDecision,
} from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'

// `tsc` checks the types here; what runs shows that the values keep to them.

const store = new FakeStore()
const down = new FakeStore()
down.fate = 'fail'

test('source and allowed tell the variants of a decision apart', async () => {
  for (const onStoreError of ['allow', 'deny'] as const) {
    for (const each of [store, down]) {
      const limiter = new FixedWindowRateLimiter({
        name: onStoreError,
        store: each,
        limit: 1,
        window: '1m',
        onStoreError,
      })
      for (let i = 0; i < 2; i++) {
        const decision = await limiter.limit('a')
        expectTypeOf(decision).toEqualTypeOf<Decision>()
        if (decision.source === 'failure-policy') {
          expectTypeOf(decision).toEqualTypeOf<AllowedByPolicy | DeniedByPolicy>()
          expectTypeOf(decision.error).toEqualTypeOf<StoreError>()
          expect(decision.error.outcome).toBe('unknown')
          expect('remaining' in decision).toBe(false)
        } else {
          expectTypeOf(decision).toEqualTypeOf<Allowed | Denied>()
          expectTypeOf(decision.remaining).toEqualTypeOf<number>()
          expect(decision.remaining).toBe(0)
          expect('error' in decision).toBe(false)
        }
        if (decision.allowed) {
          expectTypeOf(decision).toEqualTypeOf<Allowed | AllowedByPolicy>()
          expectTypeOf(decision.retryAfterMs).toEqualTypeOf<0>()
          expect(decision.retryAfterMs).toBe(0)
        } else {
          expectTypeOf(decision).toEqualTypeOf<Denied | DeniedByPolicy>()
          expect(decision.retryAfterMs).toBeGreaterThan(0)
        }
      }
    }
  }
})

describe('types', () => {
  test('what a failure policy answers has no figures to read', () => {
    expectTypeOf<AllowedByPolicy | DeniedByPolicy>().not.toHaveProperty('limit')
    expectTypeOf<AllowedByPolicy | DeniedByPolicy>().not.toHaveProperty('remaining')
    expectTypeOf<AllowedByPolicy | DeniedByPolicy>().not.toHaveProperty('resetAt')
    expectTypeOf<AllowedByPolicy | DeniedByPolicy>().not.toHaveProperty('windows')
    expectTypeOf<Allowed | Denied>().not.toHaveProperty('error')
    // So nothing but these can be read from a decision before its source is known.
    expectTypeOf<keyof Decision>().toEqualTypeOf<'allowed' | 'id' | 'cost' | 'retryAfterMs' | 'source'>()
  })

  test('the sources are these', () => {
    expectTypeOf<DecisionSource>().toEqualTypeOf<
      'store' | 'shadow' | 'wait-queue' | 'deny-cache' | 'lease' | 'fallback' | 'failure-policy'
    >()
    expectTypeOf<Allowed['source']>().toEqualTypeOf<'store' | 'shadow' | 'lease' | 'fallback'>()
    expectTypeOf<Denied['source']>().toEqualTypeOf<'store' | 'wait-queue' | 'deny-cache' | 'lease' | 'fallback'>()
  })

  test('the methods answer what they say', () => {
    type Limiter = FixedWindowRateLimiter
    // Without a policy that makes decisions, there are always figures to read.
    expectTypeOf<ReturnType<Limiter['limit']>>().toEqualTypeOf<Promise<Allowed | Denied>>()
    expectTypeOf<ReturnType<Limiter['peek']>>().toEqualTypeOf<Promise<Allowed | Denied>>()
    expectTypeOf<ReturnType<FixedWindowRateLimiter<'allow'>['limit']>>().toEqualTypeOf<Promise<Decision>>()
    expectTypeOf<ReturnType<FixedWindowRateLimiter<'deny'>['limit']>>().toEqualTypeOf<Promise<Decision>>()
    expectTypeOf<ReturnType<FixedWindowRateLimiter<CounterStore>['limit']>>().toEqualTypeOf<Promise<Allowed | Denied>>()
    expectTypeOf<ReturnType<FixedWindowRateLimiter<'throw' | 'deny'>['limit']>>().toEqualTypeOf<Promise<Decision>>()
    const options = { name: 'x', store, limit: 1, window: '1m' }
    expectTypeOf(new FixedWindowRateLimiter(options)).toEqualTypeOf<FixedWindowRateLimiter<'throw'>>()
    expectTypeOf(new FixedWindowRateLimiter({ ...options, onStoreError: 'deny' })).toEqualTypeOf<
      FixedWindowRateLimiter<'deny'>
    >()
    expectTypeOf<ReturnType<Limiter['isAllowed']>>().toEqualTypeOf<Promise<boolean>>()
    expectTypeOf<ReturnType<Limiter['refund']>>().toEqualTypeOf<Promise<boolean>>()
    expectTypeOf<ReturnType<Limiter['reset']>>().toEqualTypeOf<Promise<void>>()
  })

  test('every limiter is a RateLimiter, whatever its policy', () => {
    expectTypeOf<FixedWindowRateLimiter>().toExtend<RateLimiter>()
    expectTypeOf<FixedWindowRateLimiter<'allow'>>().toExtend<RateLimiter>()
    expectTypeOf<FixedWindowRateLimiter<CounterStore>>().toExtend<RateLimiter>()
  })

  test('a RateLimiter’s reset takes a signal, as that of every limiter does', async () => {
    const limiter: RateLimiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: '1m' })
    const reason = new Error('gone')
    await expect(limiter.reset('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  test('a cost is a number, or one for each unit', async () => {
    expectTypeOf<Cost>().toEqualTypeOf<number | Readonly<Record<string, number>>>()
    expectTypeOf<Allowed['cost']>().toEqualTypeOf<Cost>()
    expectTypeOf<DeniedByPolicy['cost']>().toEqualTypeOf<Cost>()
    expectTypeOf<WindowDecision['cost']>().toEqualTypeOf<number>()
    expectTypeOf<WindowDecision['unit']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<{ cost: { requests: number; tokens: number } }>().toExtend<LimitOptions>()
    expectTypeOf<{ cost: string }>().not.toExtend<LimitOptions>()
    expectTypeOf<{ cost: { requests: string } }>().not.toExtend<LimitOptions>()
  })

  test('a window outside of windows names no unit', () => {
    const base = { name: 'x', store }
    expectTypeOf({ ...base, windows: [{ unit: 'tokens', limit: 1, window: '1m' }] }).toExtend<LimiterOptions>()
    expectTypeOf<LimiterOptions>().not.toHaveProperty('unit')
  })

  test('fast paths are functions that make them, and a store is no more than apply', () => {
    expectTypeOf(lease).returns.toEqualTypeOf<FastPathFactory>()
    expectTypeOf(denyCache).returns.toEqualTypeOf<FastPathFactory>()
    expectTypeOf({ apply: store.apply }).toExtend<CounterStore>()
    expectTypeOf({ limit: store.apply }).not.toExtend<CounterStore>()
  })

  test('one window or several, not both', () => {
    const base = { name: 'x', store }
    const window = { limit: 1, window: '1m' } as const
    expectTypeOf({ ...base, ...window }).toExtend<LimiterOptions>()
    expectTypeOf({ ...base, windows: [window] }).toExtend<LimiterOptions>()
    expectTypeOf({ ...base, ...window, windows: [window] }).not.toExtend<LimiterOptions>()
    expectTypeOf({ ...base, limit: 1 }).not.toExtend<LimiterOptions>()
    expectTypeOf({ ...base, ...window, onStoreError: 'ignore' as const }).not.toExtend<LimiterOptions>()
    expectTypeOf({ ...base, ...window, onStoreError: down }).toExtend<LimiterOptions>()
  })
})
