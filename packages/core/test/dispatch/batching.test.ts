import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FixedWindowRateLimiter, StoreError } from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { rejection, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

let store: FakeStore
let limiter: FixedWindowRateLimiter

beforeEach(() => {
  store = new FakeStore()
  store.isHolding = true
  limiter = limiterOn(store, { limit: 1000, deadlineMs: 60_000 })
})

/** Lets every reply go until all promises are settled. */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  let done = false
  const all = Promise.all(promises).finally(() => {
    done = true
  })
  all.catch(() => {})
  while (!done) {
    await turns(1)
    store.release(store.held)
  }
  return all
}

const remaining = (decisions: readonly object[]) => decisions.map((each) => 'remaining' in each && each.remaining)

describe('with nothing in flight', () => {
  test('a lone call is sent within its own turn', async () => {
    const answer = limiter.limit('a')
    for (let i = 0; i < 3; i++) await Promise.resolve()
    expect(store.sent).toEqual([['a 1x1']])
    await allOf([answer])
  })

  test('all calls of one turn leave in one command, in the order they came', async () => {
    await allOf(['c', 'a', 'b'].map((id) => limiter.limit(id)))
    expect(store.sent).toEqual([['c 1x1', 'a 1x1', 'b 1x1']])
  })

  test('limit, isAllowed, peek and reset share it', async () => {
    await allOf<unknown>([limiter.limit('a'), limiter.isAllowed('a'), limiter.peek('b'), limiter.reset('c')])
    expect(store.sent).toEqual([['a 2x1', 'b 1x0', 'c clear']])
  })
})

describe('while a command is in flight', () => {
  test('others gather until it is answered', async () => {
    const first = limiter.limit('a')
    await turns()
    const second = limiter.limit('b')
    await turns()
    const third = limiter.limit('c')
    await turns()
    expect(store.sent).toEqual([['a 1x1']])
    store.release()
    await first
    await turns()
    expect(store.sent).toEqual([['a 1x1'], ['b 1x1', 'c 1x1']])
    await allOf([second, third])
  })

  test('each gets its own answer', async () => {
    const first = limiter.limit('a', { cost: 10 })
    await turns()
    const later = [limiter.limit('a'), limiter.limit('b', { cost: 5 }), limiter.limit('a', { cost: 1 })]
    const decisions = await allOf([first, ...later])
    expect(decisions.map(({ id }) => id)).toEqual(['a', 'a', 'b', 'a'])
    expect(remaining(decisions)).toEqual([990, 989, 995, 988])
    expect(store.sent).toEqual([['a 1x10'], ['a 2x1', 'b 1x5']])
  })
})

describe('calls of one identifier', () => {
  test('at the same cost become one take, also with others between them', async () => {
    await allOf(['a', 'b', 'a', 'b', 'a'].map((id) => limiter.limit(id, { cost: 2 })))
    expect(store.sent).toEqual([['a 3x2', 'b 2x2']])
  })

  test('at another cost keep the order in which they came', async () => {
    const costs = [1, 1, 2, 1, 0, 2, 2]
    const decisions = await allOf(costs.map((cost) => limiter.limit('a', { cost })))
    expect(store.sent).toEqual([['a 2x1', 'a 1x2', 'a 1x1', 'a 1x0', 'a 2x2']])
    expect(remaining(decisions)).toEqual([999, 998, 996, 995, 995, 993, 991])
  })

  test('under another limit keep the order in which they came', async () => {
    const decisions = await allOf([3, 3, 1, 3].map((limit) => limiter.limit('a', { limit })))
    expect(store.takes.map(({ windows, times }) => [windows[0]?.limit, times])).toEqual([
      [3, 2],
      [1, 1],
      [3, 1],
    ])
    expect(decisions.map((decision) => decision.allowed)).toEqual([true, true, false, true])
  })

  test('join no take from before a reset or refund, so that nothing is overtaken', async () => {
    const [decision] = await allOf([limiter.limit('a', { cost: 5 })])
    if (decision === undefined) throw new Error('no decision')
    const both = [
      limiter.limit('a'),
      limiter.reset('a'),
      limiter.limit('a'),
      limiter.refund(decision),
      limiter.limit('a'),
    ]
    const [, , afterReset, , last] = (await allOf<unknown>(both)) as [object, undefined, object, boolean, object]
    expect(store.sent[1]).toEqual(['a 1x1', 'a clear', 'a 1x1', 'a -5', 'a 1x1'])
    expect(remaining([afterReset, last])).toEqual([999, 998])
  })

  test('of two limiters on one store never mix', async () => {
    const other = limiterOn(store, { name: 'other', limit: 1000 })
    await allOf([limiter.limit('a'), other.limit('a')])
    expect(store.takes.map(({ scope, id }) => `${scope}:${id}`)).toEqual(['api:a', 'other:a'])
  })
})

describe('many calls at once', () => {
  // Bounds with room for tuning.
  const MOST_COUNTERS = 512
  const MOST_IN_FLIGHT = 64

  test.each([1, 3])('travel in bounded commands, few of them in flight, in order: %i windows', async (windowCount) => {
    const windows = ['1s', '1m', '1h'].slice(0, windowCount).map((window) => ({ limit: 1000, window }))
    const several = limiterOn(store, { windows, deadlineMs: 60_000 })
    const ids = Array.from({ length: 20_000 }, (_, i) => `u${i}`)
    let done = false
    const answers = Promise.all(ids.map((id) => several.limit(id))).finally(() => {
      done = true
    })
    let mostHeld = 0
    while (!done) {
      await turns(1)
      mostHeld = Math.max(mostHeld, store.held)
      store.release(store.held)
    }
    expect((await answers).every((decision) => decision.allowed)).toBe(true)
    expect(mostHeld).toBeLessThanOrEqual(MOST_IN_FLIGHT)
    expect(Math.max(...store.commands.map((each) => each.length)) * windowCount).toBeLessThanOrEqual(MOST_COUNTERS)
    expect(store.operations.map(({ id }) => id)).toEqual(ids)
  })

  test('a take of more windows than a command is to hold travels alone', async () => {
    const windows = Array.from({ length: 600 }, (_, i) => ({ limit: 5, window: 1000 + i }))
    const many = limiterOn(store, { windows, deadlineMs: 60_000 })
    const decisions = await allOf([many.limit('a'), many.limit('b')])
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true])
    expect(store.commands.map((each) => each.map(({ id }) => id))).toEqual([['a'], ['b']])
  })
})

describe('a store that wants two commands under way', () => {
  const ids = Array.from({ length: 64 }, (_, i) => `u${i}`)
  const sizes = () => store.commands.map(({ length }) => length)
  let two: FixedWindowRateLimiter

  beforeEach(() => {
    store = new FakeStore({ parallelism: 2 })
    store.isHolding = true
    two = limiterOn(store, { limit: 1000, deadlineMs: 60_000 })
  })

  test('gets the second one a turn after the first, so that the two are not read and answered together', async () => {
    const answers = ids.map((id) => two.limit(id))
    for (let i = 0; i < 3; i++) await Promise.resolve()
    expect(sizes()).toEqual([32])
    await turns(1)
    expect(sizes()).toEqual([32, 32])
    await allOf(answers)
    expect(store.operations.map(({ id }) => id)).toEqual(ids)
  })

  test('answers those who come after callers that all aborted', async () => {
    const leaving = new AbortController()
    const left = ids.slice(0, 32).map((id) => two.limit(id, { signal: leaving.signal }))
    const stayed = ids.slice(32).map((id) => two.limit(id))
    leaving.abort()
    expect((await Promise.allSettled(left)).every(({ status }) => status === 'rejected')).toBe(true)
    await allOf(stayed)
    expect(store.operations.map(({ id }) => id)).toEqual(ids.slice(32))
  })

  test('gets no third command, and the others once one is answered', async () => {
    const many = Array.from({ length: 600 }, (_, i) => two.limit(`m${i}`))
    await turns(3)
    // Full ones, as near as whole chunks of 8 or 16 calls come.
    expect(sizes().map((size) => size > 240 && size <= 256)).toEqual([true, true])
    await allOf(many)
  })
})

test('a store that wants three commands under way gets 64 calls in three of about the same size', async () => {
  store = new FakeStore({ parallelism: 3 })
  store.isHolding = true
  const three = limiterOn(store, { limit: 1000, deadlineMs: 60_000 })
  const answers = Array.from({ length: 64 }, (_, i) => three.limit(`u${i}`))
  await turns(4)
  const sizes = store.commands.map(({ length }) => length)
  await allOf(answers)
  expect(sizes).toHaveLength(3)
  for (const size of sizes) expect(Math.abs(size - 64 / 3)).toBeLessThanOrEqual(6)
})

test('each of three commands has left the client before the next one is handed over', async () => {
  store = new FakeStore({ parallelism: 3 })
  store.isHolding = true
  const events: string[] = []
  const { apply } = store
  // As node-redis does: it writes what it was handed in the next turn.
  store.apply = (operations) => {
    const nth = events.filter((event) => event.startsWith('handed')).length
    events.push(`handed ${nth}`)
    setImmediate(() => events.push(`written ${nth}`))
    return apply.call(store, operations)
  }
  const three = limiterOn(store, { limit: 1000, deadlineMs: 60_000 })
  const answers = Array.from({ length: 64 }, (_, i) => three.limit(`u${i}`))
  await turns(5)
  expect(events).toEqual(['handed 0', 'written 0', 'handed 1', 'written 1', 'handed 2', 'written 2'])
  await allOf(answers)
})

describe('failures', () => {
  test('a command that fails rejects its own calls and no others', async () => {
    store.isHolding = false
    store.fate = (operations) => (operations.some(({ id }) => id === 'bad') ? 'fail' : 'answer')
    const first = Promise.allSettled([limiter.limit('a'), limiter.limit('bad')])
    await turns()
    const second = limiter.limit('a')
    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await second).toMatchObject({ allowed: true, remaining: 999 })
  })

  test("an Error in an operation's place fails that one alone", async () => {
    store.isHolding = false
    const poisoned = new StoreError('the counter holds no count', { outcome: 'not-executed' })
    store.change = (reply, { id }) => (id === 'bad' ? poisoned : reply)
    const ids = ['good', 'bad', 'bad', 'after']
    const [good, bad, alsoBad, after] = await Promise.allSettled(ids.map((id) => limiter.limit(id)))
    expect([good, after]).toMatchObject([{ value: { allowed: true } }, { value: { allowed: true } }])
    expect(bad).toEqual({ status: 'rejected', reason: poisoned })
    expect(alsoBad).toEqual(bad)
    const plain = new Error('plain')
    store.change = () => plain
    const error = await rejection(limiter.limit('a'))
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ outcome: 'unknown', cause: plain })
  })
})

describe('without setImmediate, as in browsers and on the edge', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  test('all of it works', async () => {
    vi.stubGlobal('setImmediate', undefined)
    vi.resetModules()
    const fresh = await import('../../src/index.ts')
    vi.unstubAllGlobals()
    expect(fresh.FixedWindowRateLimiter).not.toBe(FixedWindowRateLimiter)
    const portable = new fresh.FixedWindowRateLimiter({ name: 'x', store, limit: 1000, window: '1m' })
    const first = [portable.limit('a'), portable.limit('b')]
    await turns()
    const second = [portable.limit('c'), portable.limit('c')]
    const decisions = await allOf([...first, ...second])
    expect(decisions.map((decision) => decision.allowed)).toEqual([true, true, true, true])
    await allOf([portable.limit('d')])
    expect(store.sent).toEqual([['a 1x1', 'b 1x1'], ['c 2x1'], ['d 1x1']])
  })
})
