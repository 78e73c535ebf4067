import { describe, expect, test, vi } from 'vitest'
import type { Decision, RateLimiter } from '../../src/index.ts'
import { waitQueue } from '../../src/wait-queue/index.ts'
import { rejection, turns, watch } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'
import { ClockedStore, fakeTime, pass } from './clocked-store.ts'

fakeTime()

const LONG = { maxWaitMs: 3_600_000 }

describe('an abort', () => {
  test('of a call that waits rejects at once, sends nothing and leaves no timer', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store, { limit: 1 }), LONG)
    await queue.limit('a')
    const leaver = new AbortController()
    const call = watch(queue.limit('a', { signal: leaver.signal }))
    await pass(2000)
    expect(vi.getTimerCount()).toBe(1)
    store.sentNow()
    leaver.abort('gone')
    await pass(0)
    expect(call).toEqual({ state: 'rejected', value: 'gone' })
    expect(vi.getTimerCount()).toBe(0)
    await pass(60_000)
    expect(store.sent).toEqual([])
  })

  test('of the first one lets the next one go where there is room for that', async () => {
    const queue = waitQueue(limiterOn(new ClockedStore()), LONG)
    await queue.limit('a', { cost: 8 })
    const leaver = new AbortController()
    watch(queue.limit('a', { cost: 5, signal: leaver.signal }))
    const calls = [2, 1].map((cost) => watch(queue.limit('a', { cost })))
    await pass(0)
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending'])
    leaver.abort()
    await pass(0)
    expect(calls.map(({ state }) => state)).toEqual(['resolved', 'pending'])
  })

  test('of those in the middle changes nothing for the others', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store, { limit: 2 }), LONG)
    await queue.limit('a', { cost: 2 })
    const leaver = new AbortController()
    const calls = [0, 1, 2, 3].map((i) => watch(queue.limit('a', i === 1 || i === 2 ? { signal: leaver.signal } : {})))
    await pass(0)
    store.sentNow()
    leaver.abort()
    // Of those that are left, two fit into the next window, and one more into the one after it.
    expect(watch(queue.limit('a', { maxWaitMs: 90_000 })).state).toBe('pending')
    expect(await queue.limit('a', { cost: 2, maxWaitMs: 90_000 })).toMatchObject({ retryAfterMs: 150_000 })
    await pass(30_000)
    expect(calls.map(({ state }) => state)).toEqual(['resolved', 'rejected', 'rejected', 'resolved'])
    expect(store.sent).toEqual([['a 2x1']])
    expect(Math.random).toHaveBeenCalledTimes(2) // once for each edge that was waited for
  })

  test('of one after the other from the front never looks again past those that have left', async () => {
    const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), LONG)
    await queue.limit('a')
    const leavers = Array.from({ length: 50 }, () => new AbortController())
    const calls = leavers.map(({ signal }) => watch(queue.limit('a', { signal })))
    await pass(0)
    const iterate = vi.spyOn(Set.prototype, Symbol.iterator)
    for (const leaver of leavers.slice(0, 48)) leaver.abort()
    const iterated = iterate.mock.calls.length
    iterate.mockRestore()
    expect(iterated).toBe(0)
    await pass(30_000)
    expect(calls.slice(47).map(({ state }) => state)).toEqual(['rejected', 'resolved', 'pending'])
  })

  test('of a call that was sent rejects at once; its units go back, and on to who waits', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store, { limit: 1 }), LONG)
    store.isHolding = true
    const leaver = new AbortController()
    const call = watch(queue.limit('a', { signal: leaver.signal }))
    const next = watch(queue.limit('a'))
    await pass(0)
    leaver.abort('gone')
    await pass(0)
    expect(call).toEqual({ state: 'rejected', value: 'gone' })
    store.isHolding = false
    store.release()
    await pass(0)
    expect(store.sent).toEqual([['a 2x1'], ['a -1'], ['a 1x1']])
    expect(next).toMatchObject({ state: 'resolved', value: { allowed: true } })
  })

  test('of all that were sent leaves nothing behind', async () => {
    const store = new ClockedStore()
    store.isHolding = true
    const queue = waitQueue(limiterOn(store), LONG)
    const leaver = new AbortController()
    const call = watch(queue.limit('a', { cost: 4, signal: leaver.signal }))
    await pass(0)
    leaver.abort()
    store.isHolding = false
    store.release()
    await pass(0)
    expect(call.state).toBe('rejected')
    expect(store.sent).toEqual([['a 1x4'], ['a -4']])
    await pass(2000)
    expect(vi.getTimerCount()).toBe(0)
    expect(await queue.limit('a')).toMatchObject({ allowed: true, remaining: 9 })
  })

  test('before the call is made rejects it, and nothing is sent', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store), LONG)
    expect(await rejection(queue.limit('a', { signal: AbortSignal.abort('gone') }))).toBe('gone')
    await turns()
    expect(store.sent).toEqual([])
  })

  test('is listened for only while a call waits', async () => {
    const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), LONG)
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    for (let i = 0; i < 2; i++) watch(queue.limit('a', { signal }))
    await pass(30_000)
    await queue.limit('a', { signal, maxWaitMs: 0 })
    expect(add).toHaveBeenCalledTimes(3)
    expect(remove).toHaveBeenCalledTimes(3)
  })
})

describe('units that come back through the queue', () => {
  test('by a refund go to the first one at once', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store, { limit: 2 }), LONG)
    const decision = await queue.limit('a', { cost: 2 })
    const calls = [1, 1, 1].map((cost) => watch(queue.limit('a', { cost })))
    await pass(10)
    expect(await queue.refund(decision)).toBe(true)
    await pass(0)
    expect(calls.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'pending'])
    const asked = store.takes.length
    expect(await queue.refund(decision)).toBe(false)
    await pass(0)
    expect(store.takes).toHaveLength(asked)
    await pass(29_990)
    expect(calls[2]?.state).toBe('resolved')
  })

  test('by a settlement too, and one that leaves no room asks for nobody', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store), LONG)
    const decision = await queue.limit('a', { cost: 10 })
    const call = watch(queue.limit('a', { cost: 5 }))
    await pass(0)
    await queue.settle(decision, 12)
    await pass(0)
    expect([call.state, store.takes.length]).toEqual(['pending', 2])
    await queue.settle(decision, 4)
    await pass(0)
    expect(call.state).toBe('resolved')
  })

  test('by a reset', async () => {
    const queue = waitQueue(limiterOn(new ClockedStore(), { limit: 1 }), LONG)
    await queue.limit('a')
    const call = watch(queue.limit('a'))
    await pass(0)
    await queue.reset('a')
    await pass(0)
    expect(call.state).toBe('resolved')
  })

  test('while a call that they come too late for is on its way are found by asking again', async () => {
    const limiter = limiterOn(new ClockedStore(), { limit: 1 })
    let answer = (): void => {}
    const held = Object.assign(Object.create(limiter), {
      ...{ name: limiter.name, windows: limiter.windows },
      limit: async (id: string) => {
        const decision = await limiter.limit(id)
        await new Promise<void>((resolve) => {
          answer = resolve
        })
        return decision
      },
      refund: (decision: Decision) => limiter.refund(decision),
    }) as RateLimiter
    const queue = waitQueue(held, LONG)
    const taken = await limiter.limit('a')
    const call = watch(queue.limit('a'))
    await pass(0)
    expect(await queue.refund(taken)).toBe(true)
    answer() // a denial
    await pass(0)
    answer()
    await pass(0)
    expect(call).toMatchObject({ state: 'resolved', value: { allowed: true } })
  })
})

describe('drain', () => {
  test('asks once more, denies who is not admitted, and leaves no timer', async () => {
    const store = new ClockedStore()
    const limiter = limiterOn(store, { limit: 2 })
    const queue = waitQueue(limiter, LONG)
    const taken = await limiter.limit('a', { cost: 2 })
    const calls = [1, 2, 1].map((cost) => watch(queue.limit('a', { cost })))
    await pass(0)
    await limiter.refund(taken, { cost: 1 }) // which the queue does not know of
    await queue.drain()
    expect(calls.map(({ value }) => value)).toMatchObject([
      { allowed: true, source: 'store' },
      { allowed: false, source: 'wait-queue', retryAfterMs: 30_000 },
      { allowed: false },
    ])
    await pass(2000)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('waits until units went back that were taken for calls that have left', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store), LONG)
    store.isHolding = true
    const leaver = new AbortController()
    watch(queue.limit('a', { signal: leaver.signal }))
    await pass(0)
    leaver.abort()
    const drained = watch(queue.drain())
    store.release()
    await pass(0)
    expect([store.sent, drained.state]).toEqual([[['a 1x1'], ['a -1']], 'pending'])
    store.release()
    await pass(0)
    expect(drained.state).toBe('resolved')
  })

  test('waits for what is on its way, and later calls wait as always', async () => {
    const store = new ClockedStore()
    const queue = waitQueue(limiterOn(store, { limit: 1 }), LONG)
    store.isHolding = true
    const calls = [watch(queue.limit('a')), watch(queue.limit('a', { cost: 0 }))]
    const drained = watch(queue.drain())
    await pass(0)
    expect(drained.state).toBe('pending')
    store.isHolding = false
    store.release()
    await pass(0)
    expect([drained, ...calls].map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved'])
    const later = watch(queue.limit('a'))
    await pass(29_999)
    expect(later.state).toBe('pending')
    await pass(1)
    expect(later.state).toBe('resolved')
  })
})
