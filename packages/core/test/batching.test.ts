import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FixedWindowRateLimiter, StoreError, type Take, type TakeReply } from '../src/index.ts'
import { GatedStore, RecordingStore, rejection, T0, turns } from './support.ts'

let store: GatedStore
let limiter: FixedWindowRateLimiter

beforeEach(() => {
  store = new GatedStore()
  limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 1000, window: '1m', deadlineMs: 60_000 })
})

/** Lets every answer go until nothing is held any more. */
async function drain(): Promise<void> {
  await turns()
  while (store.held > 0) {
    store.release()
    await turns()
  }
}

async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const all = Promise.all(promises)
  await drain()
  return all
}

function sent(): string[][] {
  return store.lists.map((list) => list.map(({ key, cost, times }) => `${key.slice(2)} ${times}x${cost}`))
}

describe('with nothing in flight', () => {
  test('a lone call leaves at once, within its own turn', async () => {
    const answer = limiter.limit('a')
    await Promise.resolve()
    await Promise.resolve()
    expect(sent()).toEqual([['a 1x1']])
    await allOf([answer])
  })

  test('all calls of one turn leave as one list, in the order they came', async () => {
    await allOf(['c', 'a', 'b'].map((id) => limiter.limit(id)))
    expect(sent()).toEqual([['c 1x1', 'a 1x1', 'b 1x1']])
  })

  test('limit, isAllowed and peek share it', async () => {
    await allOf<unknown>([limiter.limit('a'), limiter.isAllowed('a'), limiter.peek('b')])
    expect(sent()).toEqual([['a 2x1', 'b 1x0']])
  })
})

describe('while a list is in flight', () => {
  test('others gather until it is back', async () => {
    const first = limiter.limit('a')
    await turns()
    const second = limiter.limit('b')
    await turns()
    const third = limiter.limit('c')
    await turns()
    expect(sent()).toEqual([['a 1x1']])
    store.release()
    await first
    await turns()
    expect(sent()).toEqual([['a 1x1'], ['b 1x1', 'c 1x1']])
    await allOf([second, third])
  })

  test('each gets its own answer', async () => {
    const first = limiter.limit('a', { cost: 10 })
    await turns()
    const later = [limiter.limit('a'), limiter.limit('b', { cost: 5 }), limiter.limit('a', { cost: 1 })]
    const decisions = await allOf([first, ...later])
    expect(decisions.map((d) => [d.id, 'remaining' in d && d.remaining])).toEqual([
      ['a', 990],
      ['a', 989],
      ['b', 995],
      ['a', 988],
    ])
    expect(sent()).toEqual([['a 1x10'], ['a 2x1', 'b 1x5']])
  })
})

describe('calls of one identifier', () => {
  test('at the same cost become one take, also with others between them', async () => {
    await allOf(['a', 'b', 'a', 'b', 'a'].map((id) => limiter.limit(id, { cost: 2 })))
    expect(sent()).toEqual([['a 3x2', 'b 2x2']])
  })

  test('at another cost keep the order in which they came', async () => {
    const costs = [1, 1, 2, 1, 0, 2, 2]
    const decisions = await allOf(costs.map((cost) => limiter.limit('a', { cost })))
    expect(sent()).toEqual([['a 2x1', 'a 1x2', 'a 1x1', 'a 1x0', 'a 2x2']])
    expect(decisions.map((d) => 'remaining' in d && d.remaining)).toEqual([999, 998, 996, 995, 995, 993, 991])
  })

  test('under another limit keep the order in which they came', async () => {
    const limits = [3, 3, 1, 3]
    const decisions = await allOf(limits.map((limit) => limiter.limit('a', { limit })))
    expect(store.lists[0]?.map(({ limits: [limit], times }) => [limit, times])).toEqual([
      [3, 2],
      [1, 1],
      [3, 1],
    ])
    expect(decisions.map((decision) => decision.allowed)).toEqual([true, true, false, true])
  })

  test('of two limiters on one store never mix', async () => {
    const other = new FixedWindowRateLimiter({ name: 'y', store, limit: 1000, window: '1m', deadlineMs: 60_000 })
    await allOf([limiter.limit('a'), other.limit('a')])
    expect(store.lists.flat().map((take) => take.key)).toEqual(['x:a', 'y:a'])
  })
})

describe('many calls at once', () => {
  // What is asserted is that there are bounds, with room for tuning them.
  const MOST_COUNTERS = 512
  const MOST_IN_FLIGHT = 64

  test.each([
    ['one window', 1],
    ['three windows', 3],
  ])('travel in bounded lists, few of them in flight, in order: %s', async (_, windowCount) => {
    const windows = ['1s', '1m', '1h'].slice(0, windowCount).map((window) => ({ limit: 1000, window }))
    const several = new FixedWindowRateLimiter({ name: 'x', store, windows, deadlineMs: 60_000 })
    const ids = Array.from({ length: 20_000 }, (_, i) => `u${i}`)
    let done = false
    const answers = Promise.all(ids.map((id) => several.limit(id))).finally(() => {
      done = true
    })
    let mostHeld = 0
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve))
      mostHeld = Math.max(mostHeld, store.held)
      for (let i = store.held; i > 0; i--) store.release()
    }
    expect((await answers).every((decision) => decision.allowed)).toBe(true)
    expect(mostHeld).toBeLessThanOrEqual(MOST_IN_FLIGHT)
    expect(Math.max(...store.lists.map((list) => list.length)) * windowCount).toBeLessThanOrEqual(MOST_COUNTERS)
    expect(store.lists.flat().map((take) => take.key)).toEqual(ids.map((id) => `x:${id}`))
  })

  test('a take of more windows than a list should hold travels alone', async () => {
    const windows = Array.from({ length: 600 }, (_, i) => ({ limit: 5, window: 1000 + i }))
    const many = new FixedWindowRateLimiter({ name: 'x', store, windows, deadlineMs: 60_000 })
    const decisions = await allOf([many.limit('a'), many.limit('b')])
    expect(decisions.map((d) => d.allowed)).toEqual([true, true])
    expect(sent()).toEqual([['a 1x1'], ['b 1x1']])
  })
})

describe('a store that is to have two commands under way', () => {
  const ids = Array.from({ length: 64 }, (_, i) => `u${i}`)
  const keys = ids.map((id) => `x:${id}`)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  let two: FixedWindowRateLimiter

  beforeEach(() => {
    Object.assign(store, { parallelism: 2 })
    two = new FixedWindowRateLimiter({ name: 'x', store, limit: 1000, window: '1m', deadlineMs: 60_000 })
  })

  test('gets the second one a turn after the first, so that the two are not read and answered together', async () => {
    const answers = ids.map((id) => two.limit(id))
    await Promise.resolve()
    expect(store.lists.map((list) => list.length)).toEqual([32])
    await turn()
    expect(store.lists.map((list) => list.length)).toEqual([32, 32])
    expect((await allOf(answers)).every((decision) => decision.allowed)).toBe(true)
    expect(store.lists.flat().map((take) => take.key)).toEqual(keys)
  })

  test('answers who comes after callers that all left', async () => {
    const leaving = new AbortController()
    const left = ids.slice(0, 32).map((id) => two.limit(id, { signal: leaving.signal }))
    const stayed = ids.slice(32).map((id) => two.limit(id))
    leaving.abort()
    expect((await Promise.allSettled(left)).every(({ status }) => status === 'rejected')).toBe(true)
    expect((await allOf(stayed)).every((decision) => decision.allowed)).toBe(true)
    expect(store.lists.flat().map((take) => take.key)).toEqual(keys.slice(32))
  })

  test('gets no second command in the turn that filled the first, while nothing else is under way', async () => {
    const many = Array.from({ length: 600 }, (_, i) => two.limit(`m${i}`))
    expect(store.lists.map((list) => list.length)).toEqual([128])
    await turn()
    expect(store.lists.map((list) => list.length)).toEqual([128, 256])
    expect((await allOf(many)).every((decision) => decision.allowed)).toBe(true)
  })
})

describe('failures', () => {
  test('a failing list rejects its own calls and no others', async () => {
    const inner = new RecordingStore()
    const take = (takes: readonly Take[]) =>
      takes.some(({ key }) => key === 'x:bad') ? Promise.reject(new Error('down')) : inner.take(takes)
    const partly = new FixedWindowRateLimiter({ name: 'x', store: { ...noRefunds, take }, limit: 5, window: '1m' })
    const bad = [partly.limit('bad'), partly.limit('with-bad')]
    const settled = Promise.allSettled(bad)
    await Promise.resolve()
    await Promise.resolve()
    const later = partly.limit('good')
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await later).allowed).toBe(true)
    expect((await partly.limit('good')).allowed).toBe(true)
  })

  test("an Error in a take's place fails that take alone", async () => {
    const inner = new RecordingStore()
    const poisoned = new StoreError('the counter holds no count', { outcome: 'not-executed' })
    const take = async (takes: readonly Take[]): Promise<(TakeReply | Error)[]> =>
      (await inner.take(takes)).map((reply, i) => (takes[i]?.key === 'x:bad' ? poisoned : reply))
    const partly = new FixedWindowRateLimiter({ name: 'x', store: { ...noRefunds, take }, limit: 5, window: '1m' })
    const [good, bad, alsoBad, after] = await Promise.allSettled(
      ['good', 'bad', 'bad', 'after'].map((id) => partly.limit(id)),
    )
    expect([good, after]).toMatchObject([{ value: { allowed: true } }, { value: { allowed: true } }])
    expect(bad).toEqual({ status: 'rejected', reason: poisoned })
    expect(alsoBad).toEqual(bad)
    const plain = new Error('plain')
    const failing = new RecordingStore({ take: () => Promise.resolve([plain]) })
    const error = await rejection(
      new FixedWindowRateLimiter({ name: 'x', store: failing, limit: 5, window: 1 }).limit('a'),
    )
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ outcome: 'unknown', cause: plain })
  })

  const noRefunds = {
    refund: () => Promise.resolve({ now: T0, refunded: [] }),
    clear: () => Promise.resolve(),
  }
})

describe('without setImmediate, as in browsers and on the edge', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  test('all of it works', async () => {
    vi.stubGlobal('setImmediate', undefined)
    vi.resetModules()
    const fresh = await import('../src/index.ts')
    expect(fresh.FixedWindowRateLimiter).not.toBe(FixedWindowRateLimiter)
    const portable = new fresh.FixedWindowRateLimiter({ name: 'x', store, limit: 1000, window: '1m' })
    const first = [portable.limit('a'), portable.limit('b')]
    await turns()
    const second = [portable.limit('c'), portable.limit('c')]
    const decisions = await allOf([...first, ...second])
    expect(decisions.map((decision) => decision.allowed)).toEqual([true, true, true, true])
    const third = await allOf([portable.limit('d')])
    expect(third[0]?.allowed).toBe(true)
    expect(sent()).toEqual([['a 1x1', 'b 1x1'], ['c 2x1'], ['d 1x1']])
  })
})
