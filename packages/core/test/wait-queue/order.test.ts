import { describe, expect, test, vi } from 'vitest'
import { calendar } from '../../src/calendar/index.ts'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { ClockedStore, fakeTime, pass } from './clocked-store.ts'

fakeTime()

const LONG = { maxWaitMs: 3_600_000 }

/** Asks with these costs, one after the other in one turn, and writes down in which order calls are admitted. */
function askAll(ask: (cost: number) => Promise<{ readonly allowed: boolean }>, costs: readonly number[]): string[] {
  const admitted: string[] = []
  costs.forEach((cost, i) => {
    ask(cost).then(({ allowed }) => admitted.push(`${i}${allowed ? '' : ' denied'}`))
  })
  return admitted
}

test('a call waits for the end of the window, and not longer', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 1 }), LONG)
  expect(await queue.limit('a')).toMatchObject({ allowed: true })
  const call = watch(queue.limit('a'))
  await pass(29_999)
  expect(call.state).toBe('pending')
  await pass(1)
  expect(call).toMatchObject({ state: 'resolved', value: { allowed: true, id: 'a', remaining: 0, source: 'store' } })
  expect(store.sent).toEqual([['a 1x1'], ['a 1x1'], ['a 1x1']])
})

test('a call for which there is room does not wait, and is the limiter’s own', async () => {
  const store = new ClockedStore()
  const limiter = limiterOn(store)
  const queue = waitQueue(limiter, LONG)
  const decision = await queue.limit('a', { cost: 3, limit: 20, maxWaitMs: 0 })
  expect(decision).toMatchObject({ allowed: true, cost: 3, limit: 20, remaining: 17 })
  expect(await limiter.refund(decision)).toBe(true)
})

test('calls are admitted in the order in which they came, and a smaller one does not overtake', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store), LONG)
  await queue.limit('a', { cost: 8 })
  const admitted = askAll((cost) => queue.limit('a', { cost }), [5, 1, 1, 5])
  await pass(29_999)
  expect(admitted).toEqual([])
  await pass(1)
  expect(admitted).toEqual(['0', '1', '2'])
  await pass(60_000)
  expect(admitted).toEqual(['0', '1', '2', '3'])
})

test('a smaller call does not overtake one that is on its way', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store), LONG)
  await queue.limit('a', { cost: 8 })
  store.sentNow()
  store.isHolding = true
  const admitted = askAll((cost) => queue.limit('a', { cost }), [5, 1])
  await turns()
  expect(store.sent).toEqual([['a 1x5']])
  store.isHolding = false
  store.release()
  await turns()
  expect(store.sent).toEqual([['a 1x5']])
  await pass(30_000)
  expect(admitted).toEqual(['0', '1'])
})

describe('calls of the same cost and limits', () => {
  test('are asked for beside one that is on its way; others are not', async () => {
    const store = new ClockedStore()
    store.isHolding = true
    const limiter = limiterOn(store)
    const asked = vi.spyOn(limiter, 'limit')
    const queue = waitQueue(limiter, LONG)
    for (const cost of [2, 2, 1, 2]) queue.limit('a', { cost })
    await turns()
    expect(asked.mock.calls).toEqual([
      ['a', { cost: 2 }],
      ['a', { cost: 2 }],
    ])
  })

  test('share one take at the edge, of as many as a window can admit', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store), LONG)
    const admitted = askAll((cost) => queue.limit('a', { cost }), new Array(35).fill(1))
    await pass(0)
    expect(store.sentNow()).toEqual([['a 35x1']])
    expect(admitted).toHaveLength(10)
    for (const total of [20, 30, 35]) {
      await pass(60_000)
      expect(store.sentNow()).toEqual([[total < 35 ? 'a 10x1' : 'a 5x1']])
      expect(admitted).toEqual(Array.from({ length: total }, (_, i) => `${i}`))
    }
  })

  test('of different identifiers share one command at the edge', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store, { limit: 1 }), LONG)
    for (const id of ['a', 'b', 'c']) for (let i = 0; i < 3; i++) queue.limit(id)
    await pass(7)
    for (let i = 0; i < 3; i++) queue.limit('d')
    await pass(0)
    store.sentNow()
    await pass(29_993)
    expect(store.sentNow()).toEqual([['a 1x1', 'b 1x1', 'c 1x1', 'd 1x1']])
  })
})

test('runs of different cost are sent one after the other while the last answer leaves room', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store), LONG)
  await queue.limit('a', { cost: 10 })
  const admitted = askAll((cost) => queue.limit('a', { cost }), [2, 2, 3, 3, 2, 2])
  await pass(0)
  store.sentNow()
  await pass(30_000)
  expect(store.sentNow()).toEqual([['a 2x2'], ['a 2x3']])
  expect(admitted).toEqual(['0', '1', '2', '3'])
  await pass(60_000)
  expect(store.sentNow()).toEqual([['a 2x2']])
  expect(admitted).toEqual(['0', '1', '2', '3', '4', '5'])
})

test('calls with other limits are not equal', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 1 }), LONG)
  await queue.limit('a')
  queue.limit('a')
  queue.limit('a', { limit: 5 })
  await pass(0)
  store.sentNow()
  await pass(30_000)
  expect(store.takes.map(({ windows }) => windows[0]?.limit)).toEqual([1, 5])
})

test('nothing is sent between edges, and one timer is enough', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 0 }), LONG)
  for (const id of ['a', 'b']) queue.limit(id, { limit: 1 })
  await pass(0)
  for (let i = 0; i < 100; i++) for (const id of ['a', 'b']) queue.limit(id, { limit: 1 })
  await pass(0)
  const before = store.commands.length
  await pass(29_999)
  expect(store.commands).toHaveLength(before)
  expect(vi.getTimerCount()).toBe(1)
})

test('units are waited for in every window', async () => {
  const store = new ClockedStore()
  const windows = [
    { unit: 'requests', limit: 2, window: '10s' },
    { unit: 'tokens', limit: 100, window: '1m' },
  ]
  const queue = waitQueue(limiterOn(store, { windows }), LONG)
  const calls = [60, 30, 20, 5].map((tokens) => watch(queue.limit('a', { cost: { requests: 1, tokens } })))
  const states = (): string[] => calls.map(({ state }) => state)
  await pass(0)
  expect(states()).toEqual(['resolved', 'resolved', 'pending', 'pending'])
  await pass(10_000) // room for requests, but not for the tokens of the third
  expect(states()).toEqual(['resolved', 'resolved', 'pending', 'pending'])
  await pass(20_000)
  expect(states()).toEqual(['resolved', 'resolved', 'resolved', 'resolved'])
})

test('a first-hit window is waited for from its own begin', async () => {
  const store = new ClockedStore()
  const queue = waitQueue(limiterOn(store, { limit: 1, anchor: 'first-hit' }), LONG)
  await queue.limit('a')
  const call = watch(queue.limit('a'))
  await pass(59_999)
  expect(call.state).toBe('pending')
  await pass(1)
  expect(call.state).toBe('resolved')
})

test('the end of a calendar period is waited for', async () => {
  const window = calendar('hour', { timeZone: 'Asia/Kathmandu' }) // a quarter past, by UTC
  const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1, window }), LONG)
  const calls = [1, 1].map((cost) => watch(queue.limit('a', { cost })))
  await pass(44.5 * 60_000 - 1)
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'pending'])
  await pass(1)
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'resolved'])
})
