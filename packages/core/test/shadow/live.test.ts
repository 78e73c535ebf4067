import { expect, expectTypeOf, test, vi } from 'vitest'
import {
  type Allowed,
  type Decision,
  type Denied,
  type FixedWindowRateLimiter,
  type LimitOptions,
  OptionError,
  type RateLimiter,
} from '../../src/index.ts'
import { type Shadowed, shadow } from '../../src/shadow/index.ts'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { inTurn, rejection, thrown, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const live = (store: FakeStore, limit = 3): FixedWindowRateLimiter => limiterOn(store, { limit })
const stricter = (store: FakeStore, limit = 2): FixedWindowRateLimiter => limiterOn(store, { name: 'trial', limit })

test('decisions are those of the live limiter, beside what the candidate says', async () => {
  const store = new FakeStore()
  const onDenied = vi.fn()
  const limiter = shadow(stricter(store), { live: live(store), onDenied })
  expect(limiter).toMatchObject({ name: 'api', windows: [{ limit: 3 }] })
  const decisions = await inTurn(4, () => limiter.limit('a'))
  expect(decisions.map(({ allowed, limit, remaining }) => [allowed, limit, remaining])).toEqual([
    [true, 3, 2],
    [true, 3, 1],
    [true, 3, 0],
    [false, 3, 0],
  ])
  const trials = await Promise.all(decisions.map((decision) => decision.shadow))
  expect(trials.map((trial) => trial?.allowed)).toEqual([true, true, false, false])
  await turns()
  expect(onDenied.mock.calls).toEqual([
    [trials[2], decisions[2]],
    [trials[3], decisions[3]],
  ])
})

test('both are asked in one command, the live one first, each by its own counter', async () => {
  const store = new FakeStore()
  await shadow(stricter(store), { live: live(store) }).limit('a', { cost: 2 })
  expect(store.sent).toEqual([['a 1x2', 'a 1x2']])
  expect(store.takes.map(({ scope }) => scope)).toEqual(['api', 'trial'])
})

test('the limit of a single call is not the candidate’s', async () => {
  const store = new FakeStore()
  await shadow(stricter(store), { live: live(store) }).limit('a', { limit: 1000 })
  expect(store.takes.map(({ windows }) => windows[0]?.limit)).toEqual([1000, 2])
})

test('a live limiter may take options that the candidate does not know', async () => {
  const store = new FakeStore()
  const limiter = shadow(stricter(store), { live: waitQueue(live(store), { maxWaitMs: 0 }) })
  const decision = await limiter.limit('a', { cost: 2, maxWaitMs: 5 } as LimitOptions)
  expect([decision.cost, (await decision.shadow)?.cost]).toEqual([2, 2])
})

test('refund, settle and reset go to both', async () => {
  const store = new FakeStore()
  const limiter = shadow(stricter(store, 10), { live: live(store, 10) })
  expect(await limiter.refund(await limiter.limit('a'))).toBe(true)
  expect(await limiter.settle(await limiter.limit('a'), 3)).toMatchObject({ windows: [{ cost: 3, remaining: 7 }] })
  await limiter.reset('a')
  await limiter.drain()
  const changes = store.operations.filter(({ kind }) => kind !== 'take')
  for (const scope of ['api', 'trial']) {
    const own = changes.filter((operation) => operation.scope === scope)
    expect(own.map(({ kind }) => kind)).toEqual(['adjust', 'adjust', 'clear'])
  }
})

test('a candidate whose store fails touches no call', async () => {
  const broken = new FakeStore()
  const limiter = shadow(stricter(broken), { live: live(new FakeStore()) })
  const before = await limiter.limit('a')
  await before.shadow
  for (const fate of ['fail', 'hang'] as const) {
    broken.fate = fate
    const decision = await limiter.limit('b')
    expect(decision).toMatchObject({ allowed: true, source: 'store' })
  }
  expect(await limiter.refund(before)).toBe(true)
  await limiter.reset('a')
})

test('a candidate that can’t be drained holds nobody up', async () => {
  const candidate = Object.assign(stricter(new FakeStore()), { drain: () => Promise.reject(new Error('closed')) })
  await shadow(candidate, { live: live(new FakeStore()) }).drain()
})

test('a live limiter whose store fails rejects as without a shadow, and the candidate is asked anyway', async () => {
  const store = new FakeStore()
  store.fate = 'fail'
  const candidates = new FakeStore()
  const onDenied = vi.fn()
  const limiter = shadow(stricter(candidates, 0), { live: live(store), onDenied })
  expect(await rejection(limiter.limit('a'))).toMatchObject({ name: 'StoreError' })
  await turns()
  expect(candidates.sent).toEqual([['a 1x1']])
  expect(onDenied.mock.calls).toMatchObject([[{ allowed: false }, undefined]])
})

test('a decision that is frozen is handed on as it is', async () => {
  const frozen = Object.freeze({ ...(await live(new FakeStore()).limit('a')) }) as Allowed
  const other = {
    ...live(new FakeStore()),
    limit: async () => frozen,
    peek: async () => frozen,
    refund: async () => true,
  }
  const limiter = shadow(stricter(new FakeStore()), { live: other as unknown as RateLimiter })
  expect(await limiter.limit('a')).toBe(frozen)
})

test('decisions have the type of the live limiter', async () => {
  const store = new FakeStore()
  expectTypeOf(shadow(stricter(store), { live: live(store) }).limit('a')).toEqualTypeOf<
    Promise<(Allowed | Denied) & Shadowed>
  >()
  expectTypeOf(shadow(stricter(store)).limit('a')).toEqualTypeOf<Promise<Allowed & Shadowed>>()
  const any: RateLimiter = live(store)
  expectTypeOf(shadow(stricter(store), { live: any }).limit('a')).toEqualTypeOf<Promise<Decision & Shadowed>>()
  expect(any.name).toBe('api')
})

const store = new FakeStore()
const units = limiterOn(store, { name: 'units', windows: [{ unit: 'tokens', limit: 1, window: '1m' }] })

test.each<[string, unknown, unknown]>([
  [
    "candidate.name must be unlike the live limiter's, as one name is one counter, received the same name",
    live(store),
    live(store),
  ],
  ["candidate.windows must be with the live limiter's units (none), received tokens", units, live(store)],
  ["candidate.windows must be with the live limiter's units (tokens), received none", stricter(store), units],
  ['live must be a limiter, received null', stricter(store), null],
])('%s', (message, candidate, given) => {
  const error = thrown(() => shadow(candidate as never, { live: given } as never))
  expect(error).toBeInstanceOf(OptionError)
  expect(String(error)).toContain(message)
})
