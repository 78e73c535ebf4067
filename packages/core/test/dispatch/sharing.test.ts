import { describe, expect, test } from 'vitest'
import { type FixedWindowRateLimiter, StoreError } from '../../src/index.ts'
import { FakeStore, FORBIDDEN } from '../support/fake-store.ts'
import { rejection, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

const several = (store: FakeStore, count: number, options: object = {}) =>
  Array.from({ length: count }, (_, i) => limiterOn(store, { name: `limiter-${i}`, limit: 1e6, ...options }))

describe('limiters on one store', () => {
  test('share a command, each with its own counters and limits', async () => {
    const store = new FakeStore()
    const [one, other] = [limiterOn(store, { name: 'one', limit: 5 }), limiterOn(store, { name: 'other', limit: 7 })]
    const decisions = await Promise.all([one.limit('a'), other.limit('a'), one.limit('a'), other.peek('b')])
    expect(decisions).toMatchObject([{ remaining: 4 }, { remaining: 6 }, { remaining: 3 }, { remaining: 7 }])
    expect(store.commands.map((each) => each.map(({ scope, id }) => `${scope}:${id}`))).toEqual([
      ['one:a', 'other:a', 'other:b'],
    ])
  })

  test.each([1, 2])('send about as many commands as one limiter: 64 callers, %i under way', async (parallelism) => {
    async function commandsOf(count: number): Promise<number> {
      const store = new FakeStore({ parallelism })
      store.isHolding = true
      const limiters = several(store, count)
      let isOver = false
      const callers = Array.from({ length: 64 }, async (_, i) => {
        for (let n = 0; n < 50; n++) await limiters[i % count]?.limit(`u${i}`)
      })
      const all = Promise.all(callers).finally(() => {
        isOver = true
      })
      while (!isOver) {
        await turns(1)
        store.release()
      }
      await all
      return store.commands.length
    }
    const [one, sixteen] = [await commandsOf(1), await commandsOf(16)]
    expect(sixteen).toBeLessThanOrEqual(one * 1.2)
    expect(one).toBeLessThanOrEqual(64 * 50 * 0.05)
  })

  test('share a command with calls that follow an answer within its turn, however many promises are between', async () => {
    const store = new FakeStore()
    const [limiter] = several(store, 1) as [FixedWindowRateLimiter]
    const rounds = 20
    const callers = Array.from({ length: 16 }, async (_, i) => {
      for (let n = 0; n < rounds; n++) {
        await limiter.limit(`u${i}`)
        for (let k = 0; k < i; k++) await Promise.resolve()
      }
    })
    await Promise.all(callers)
    expect(store.commands.length).toBeLessThanOrEqual(rounds + 2)
  })

  test('are answered together whatever store object they have, if it is sharedBy the same client', async () => {
    const client = {}
    const stores = [new FakeStore({ sharedBy: client }), new FakeStore({ sharedBy: client })] as const
    await Promise.all(stores.map((store, i) => limiterOn(store, { name: `limiter-${i}` }).limit('a')))
    expect(stores.map(({ commands }) => commands.length)).toEqual([1, 0])
    expect(stores[0].operations).toHaveLength(2)
  })

  test('with other clients share nothing', async () => {
    const stores = [new FakeStore({ sharedBy: {} }), new FakeStore({ sharedBy: {} }), new FakeStore()]
    await Promise.all(stores.map((store) => limiterOn(store).limit('a')))
    expect(stores.map(({ commands }) => commands.length)).toEqual([1, 1, 1])
  })
})

describe('commands are filled from limiters by turns', () => {
  async function busyAndQuiet(): Promise<{
    store: FakeStore
    busy: FixedWindowRateLimiter
    quiet: FixedWindowRateLimiter
  }> {
    const store = new FakeStore()
    store.isHolding = true
    const [busy, quiet] = several(store, 2, { deadlineMs: 60_000 }) as [FixedWindowRateLimiter, FixedWindowRateLimiter]
    return { store, busy, quiet }
  }

  test('so that a quiet limiter gets into the next command, whatever waits before it', async () => {
    const { store, busy, quiet } = await busyAndQuiet()
    const crowd = Promise.all(Array.from({ length: 10_000 }, (_, i) => busy.limit(`u${i}`)))
    await turns()
    const before = store.commands.length
    const call = quiet.limit('a')
    store.release()
    await turns(2)
    expect(store.commands.length).toBeGreaterThan(before)
    expect(store.commands[before]?.map(({ scope }) => scope)).toContain(quiet.name)
    store.isHolding = false
    store.release(store.held)
    await Promise.all([crowd, call])
  })

  test('and each limiter gets its share', async () => {
    const { store, busy, quiet } = await busyAndQuiet()
    const first = busy.limit('first')
    await turns()
    const all = Promise.all([
      first,
      ...Array.from({ length: 200 }, (_, i) => [busy.limit(`u${i}`), quiet.limit(`u${i}`)]).flat(),
    ])
    store.release()
    await turns(2)
    const scopes = store.commands[1]?.map(({ scope }) => scope) ?? []
    expect(scopes.length).toBeGreaterThan(200)
    const shares = [busy, quiet].map(({ name }) => scopes.filter((scope) => scope === name).length)
    expect(Math.abs((shares[0] ?? 0) - (shares[1] ?? 0))).toBeLessThanOrEqual(16)
    store.isHolding = false
    store.release(store.held)
    await all
  })

  test('while those of one identifier keep their order', async () => {
    const { store, busy, quiet } = await busyAndQuiet()
    const first = busy.limit('first')
    await turns()
    const costs = Array.from({ length: 300 }, (_, i) => 1 + (i % 2))
    const calls = costs.flatMap((cost) => [busy.limit('a', { cost }), quiet.limit('a', { cost })])
    store.isHolding = false
    store.release(store.held)
    await Promise.all([first, ...calls])
    for (const { name } of [busy, quiet]) {
      const sent = store.takes.filter(({ scope, id }) => scope === name && id === 'a').map(({ costs: [cost] }) => cost)
      expect(sent).toEqual(costs)
    }
  })
})

describe('each call keeps its own limiter’s', () => {
  test('failure policy, when a shared command fails', async () => {
    const store = new FakeStore()
    store.fate = 'fail'
    const fallback = new FakeStore()
    const policies = ['throw', 'allow', 'deny', fallback] as const
    const calls = policies.map((onStoreError, i) => limiterOn(store, { name: `limiter-${i}`, onStoreError }).limit('a'))
    const [thrown, ...others] = await Promise.allSettled(calls)
    expect(store.commands).toHaveLength(1)
    expect(thrown).toMatchObject({ status: 'rejected', reason: { name: 'StoreError', outcome: 'unknown' } })
    expect(others).toMatchObject([
      { value: { allowed: true, source: 'failure-policy' } },
      { value: { allowed: false, source: 'failure-policy' } },
      { value: { allowed: true, source: 'fallback', remaining: 9 } },
    ])
  })
})

describe('a command of several limiters that is refused as a whole and did not run', () => {
  const scopesOf = (store: FakeStore) => store.commands.map((each) => each.map(({ scope }) => scope))

  test('is sent again once for each limiter, so that one without permission fails alone', async () => {
    const store = new FakeStore()
    store.fate = (operations) => (operations.some(({ scope }) => scope === 'limiter-1') ? FORBIDDEN : 'answer')
    const limiters = several(store, 3)
    const settled = await Promise.allSettled(limiters.flatMap((each) => [each.limit('a'), each.limit('b')]))
    expect(settled.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled'],
      ...['rejected', 'rejected'],
      ...['fulfilled', 'fulfilled'],
    ])
    expect(settled[2]).toMatchObject({ reason: FORBIDDEN })
    const [first, ...others] = scopesOf(store)
    expect(new Set(first).size).toBe(3)
    expect(others.map((scopes) => [...new Set(scopes)]).sort()).toEqual([['limiter-0'], ['limiter-1'], ['limiter-2']])
  })

  test('is sent again in one command for each limiter, in order, however many calls the limiter has in it', async () => {
    const store = new FakeStore()
    store.fate = (operations) => (new Set(operations.map(({ scope }) => scope)).size > 1 ? FORBIDDEN : 'answer')
    const limiters = several(store, 3)
    const ids = Array.from({ length: 40 }, (_, i) => `u${i}`)
    await Promise.all(limiters.flatMap((each) => ids.map((id) => each.limit(id))))
    const [first, ...others] = store.commands
    expect(first).toHaveLength(120)
    expect(others.map((each) => each.map(({ id }) => id))).toEqual([ids, ids, ids])
  })

  test('is not sent again when it is of one limiter', async () => {
    const store = new FakeStore()
    store.fate = FORBIDDEN
    const [limiter] = several(store, 1) as [FixedWindowRateLimiter]
    await Promise.allSettled([limiter.limit('a'), limiter.limit('b')])
    expect(store.commands).toHaveLength(1)
  })

  test('is not sent again when it may have run', async () => {
    const store = new FakeStore()
    store.fate = new StoreError('lost', { outcome: 'unknown' })
    await Promise.allSettled(several(store, 2).map((each) => each.limit('a')))
    expect(store.commands).toHaveLength(1)
  })

  test('fails once it was refused again, and goes on failing without end for none', async () => {
    const store = new FakeStore()
    store.fate = FORBIDDEN
    const errors = await Promise.all(several(store, 3, { breaker: false }).map((each) => rejection(each.limit('a'))))
    expect(errors).toEqual([FORBIDDEN, FORBIDDEN, FORBIDDEN])
    expect(store.commands).toHaveLength(4)
  })

  test('charges each call once', async () => {
    const store = new FakeStore()
    let isFirst = true
    store.fate = () => {
      if (!isFirst) return 'answer'
      isFirst = false
      return FORBIDDEN
    }
    const limiters = several(store, 4)
    await Promise.all(limiters.map((each) => each.limit('a')))
    for (const limiter of limiters) expect(await limiter.peek('a')).toMatchObject({ remaining: 1e6 - 1 })
  })
})
