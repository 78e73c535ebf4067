import { describe, expect, test, vi } from 'vitest'
import { OptionError } from '../../src/index.ts'
import { shadow } from '../../src/shadow/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { inTurn, rejection, thrown, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

test('everything is admitted, and denials are told', async () => {
  const onDenied = vi.fn()
  const limiter = shadow(limiterOn(new FakeStore(), { limit: 2 }), { onDenied })
  const decisions = await inTurn(4, () => limiter.limit('a'))
  expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, true])
  const trials = await Promise.all(decisions.map((decision) => decision.shadow))
  expect(trials.map((trial) => trial?.allowed)).toEqual([true, true, false, false])
  await turns()
  expect(onDenied.mock.calls).toEqual([
    [trials[2], undefined],
    [trials[3], undefined],
  ])
  expect(trials[2]).toMatchObject({ id: 'a', limit: 2, remaining: 0 })
  expect(await limiter.isAllowed('a')).toBe(true)
})

test('a decision has no limit, a limiter no windows, and neither shows the candidate', async () => {
  const limiter = shadow(limiterOn(new FakeStore()))
  expect(limiter).toMatchObject({ name: 'api', windows: [] })
  const decision = await limiter.limit('a', { cost: 3 })
  const none = Number.POSITIVE_INFINITY
  expect(decision).toMatchObject({ id: 'a', cost: 3, limit: none, remaining: none, resetAt: none, windows: [] })
  expect(Object.keys(decision)).not.toContain('shadow')
  expect(Object.keys({ ...decision })).not.toContain('shadow')
})

test('a peek tells what the candidate would say, takes nothing, and is no denial', async () => {
  const store = new FakeStore()
  const onDenied = vi.fn()
  const limiter = shadow(limiterOn(store, { limit: 0 }), { onDenied })
  const decision = await limiter.peek('a')
  expect([decision.allowed, (await decision.shadow)?.allowed]).toEqual([true, false])
  await turns()
  expect(store.sent).toEqual([['a 1x0']])
  expect(onDenied).not.toHaveBeenCalled()
})

describe('refund, settle and reset', () => {
  test('are done to the candidate', async () => {
    const store = new FakeStore()
    const limiter = shadow(limiterOn(store))
    expect(await limiter.refund(await limiter.limit('a', { cost: 4 }))).toBe(false)
    expect(await limiter.settle(await limiter.limit('a', { cost: 4 }), 7)).toEqual({ windows: [] })
    await limiter.reset('a')
    await limiter.drain()
    expect(store.sent.flat()).toEqual(expect.arrayContaining(['a 1x4', 'a -4', 'a 3', 'a clear']))
    expect(store.sent.flat()).toHaveLength(5)
  })

  test('change nothing for what the candidate denied or was only peeked at', async () => {
    const store = new FakeStore()
    const limiter = shadow(limiterOn(store, { limit: 0 }))
    const decisions = [await limiter.limit('a'), await limiter.peek('a')]
    for (const decision of decisions) await limiter.refund(decision)
    await limiter.drain()
    expect(store.takes).toHaveLength(store.operations.length)
  })

  test('refuse what any limiter refuses', async () => {
    const limiter = shadow(limiterOn(new FakeStore()))
    const decision = await limiter.limit('a')
    for (const promise of [
      limiter.refund({ ...decision }),
      limiter.refund(decision, { cost: -1 }),
      limiter.settle({ ...decision }, 1),
      limiter.settle(decision, Number.NaN),
      limiter.reset(''),
    ]) {
      expect(await rejection(promise)).toBeInstanceOf(OptionError)
    }
  })
})

test.each<[string, string, unknown]>([
  ['an empty id', '', {}],
  ['a bad cost', 'a', { cost: -1 }],
  ['a bad limit', 'a', { limit: 1.5 }],
  ['an unknown option', 'a', { costs: 1 }],
  ['values that are no options', 'a', 'cost'],
])('%s is refused, as it will be once the limiter is live', async (_, id, options) => {
  const store = new FakeStore()
  const limiter = shadow(limiterOn(store))
  for (const method of ['limit', 'peek', 'isAllowed'] as const) {
    expect(await rejection(limiter[method](id, options as object))).toBeInstanceOf(OptionError)
  }
  await turns()
  expect(store.commands).toEqual([])
})

test('an aborted call rejects with its reason', async () => {
  const limiter = shadow(limiterOn(new FakeStore()))
  expect(await rejection(limiter.limit('a', { signal: AbortSignal.abort('gone') }))).toBe('gone')
})

describe('a store that fails', () => {
  test.each(['fail', 'lose', 'throw'] as const)('(%s) touches no call', async (fate) => {
    const store = new FakeStore()
    const onDenied = vi.fn()
    const limiter = shadow(limiterOn(store, { breaker: false }), { onDenied })
    const before = await limiter.limit('a')
    await before.shadow
    store.fate = fate
    const decision = await limiter.limit('a')
    expect(decision).toMatchObject({ allowed: true, source: 'shadow' })
    expect(await decision.shadow).toMatchObject({ allowed: true, source: 'failure-policy' })
    expect(await limiter.isAllowed('a')).toBe(true)
    expect(await limiter.refund(before)).toBe(false)
    expect(await limiter.settle(before, 1)).toEqual({ windows: [] })
    await limiter.reset('a')
    await limiter.drain()
    expect(onDenied).not.toHaveBeenCalled()
  })

  test('or never answers is waited for by nobody', async () => {
    const store = new FakeStore()
    store.fate = 'hang'
    const limiter = shadow(limiterOn(store, { deadlineMs: 2 ** 31 - 1 }))
    const decision = await limiter.limit('a')
    expect([decision.allowed, await limiter.isAllowed('a'), await limiter.refund(decision)]).toEqual([
      true,
      true,
      false,
    ])
    await limiter.reset('a')
  })

  test('denies by policy in the shadow only', async () => {
    const store = new FakeStore()
    store.fate = 'fail'
    const onDenied = vi.fn()
    const decision = await shadow(limiterOn(store, { onStoreError: 'deny' }), { onDenied }).limit('a')
    expect([decision.allowed, await decision.shadow]).toMatchObject([
      true,
      { allowed: false, source: 'failure-policy' },
    ])
    await turns()
    expect(onDenied).toHaveBeenCalledOnce()
  })
})

test.each([
  [
    'throws',
    () => {
      throw new Error('observer')
    },
  ],
  ['rejects', () => Promise.reject(new Error('observer'))],
])('an observer that %s harms nothing', async (_, onDenied) => {
  const limiter = shadow(limiterOn(new FakeStore(), { limit: 0 }), { onDenied })
  const decision = await limiter.limit('a')
  expect([decision.allowed, (await decision.shadow)?.allowed]).toEqual([true, false])
  await turns()
})

describe('sample', () => {
  const ids = Array.from({ length: 4000 }, (_, i) => `user_${i}`)

  /** The identifiers about which a store was asked. */
  async function asked(name: string, sample: number): Promise<ReadonlySet<string>> {
    const store = new FakeStore()
    const limiter = shadow(limiterOn(store, { name }), { sample })
    await Promise.all(ids.map(async (id) => (await limiter.limit(id)).shadow))
    return new Set(store.takes.map(({ id }) => id))
  }

  test('is a share of identifiers, the same in every process', async () => {
    const some = await asked('api', 0.1)
    expect(some.size).toBeGreaterThan(300)
    expect(some.size).toBeLessThan(500)
    expect(await asked('api', 0.1)).toEqual(some)
    const more = await asked('api', 0.5)
    expect([...some].every((id) => more.has(id))).toBe(true)
    expect((await asked('api', 1)).size).toBe(ids.length)
  })

  test('is another one for another name', async () => {
    const both = [...(await asked('api', 0.1))].filter(
      (
        (other) => (id: string) =>
          other.has(id)
      )(await asked('x', 0.1)),
    )
    expect(both.length).toBeLessThan(100)
  })

  test('leaves the others without a trial', async () => {
    const limiter = shadow(limiterOn(new FakeStore(), { limit: 0 }), { sample: Number.MIN_VALUE })
    expect(await (await limiter.limit('a')).shadow).toBeUndefined()
  })
})

test.each<[string, unknown, unknown]>([
  ['candidate must be a limiter, received undefined', undefined, {}],
  ['candidate must be a limiter, received a plain object without the method limit', {}, {}],
  ['options must be made of live, sample, onDenied', limiterOn(new FakeStore()), { samples: 1 }],
  ['sample must be a number above 0, up to 1, received 0', limiterOn(new FakeStore()), { sample: 0 }],
  ['sample must be a number above 0, up to 1, received 10', limiterOn(new FakeStore()), { sample: 10 }],
  ['onDenied must be a function, received "log"', limiterOn(new FakeStore()), { onDenied: 'log' }],
])('%s', (message, candidate, options) => {
  const error = thrown(() => shadow(candidate as never, options as never))
  expect(error).toBeInstanceOf(OptionError)
  expect(String(error)).toContain(message)
})
