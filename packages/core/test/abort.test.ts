import { getEventListeners } from 'node:events'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { MemoryStore } from '../../memory/src/index.ts'
import { FixedWindowRateLimiter } from '../src/index.ts'
import { GatedStore, RecordingStore, rejection, turns } from './support.ts'

const REASON = new Error('the caller went away')

let store: RecordingStore
let limiter: FixedWindowRateLimiter
let controller: AbortController
let signal: AbortSignal

beforeEach(() => {
  store = new RecordingStore()
  limiter = new FixedWindowRateLimiter({ name: 'x', store, limit: 10, window: '1m' })
  controller = new AbortController()
  signal = controller.signal
})

const onGate = () => {
  const gate = new GatedStore()
  return { gate, gated: new FixedWindowRateLimiter({ name: 'x', store: gate, limit: 10, window: '1m' }) }
}

describe('a signal that is aborted already', () => {
  test('rejects every method with its reason, and nothing is sent', async () => {
    const decision = await limiter.limit('a')
    store.lists.length = 0
    controller.abort(REASON)
    expect(await rejection(limiter.limit('a', { signal }))).toBe(REASON)
    expect(await rejection(limiter.isAllowed('a', { signal }))).toBe(REASON)
    expect(await rejection(limiter.peek('a', { signal }))).toBe(REASON)
    expect(await rejection(limiter.refund(decision, { signal }))).toBe(REASON)
    expect(await rejection(limiter.reset('a', { signal }))).toBe(REASON)
    await turns()
    expect(store.sent).toBe(0)
    expect(await limiter.refund(decision)).toBe(true)
  })

  test('is no matter of failure policy', async () => {
    const lenient = new FixedWindowRateLimiter({ name: 'x', store, limit: 1, window: 1, onStoreError: 'allow' })
    expect(await rejection(lenient.limit('a', { signal: AbortSignal.abort(REASON) }))).toBe(REASON)
  })
})

describe('aborted before it is sent', () => {
  test('a lone call sends nothing, and the next one is served', async () => {
    const answer = rejection(limiter.limit('a', { signal }))
    controller.abort(REASON)
    expect(await answer).toBe(REASON)
    await turns()
    expect(store.sent).toBe(0)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 9 })
  })

  test('a call leaves its list, and the others their places', async () => {
    const answers = Promise.allSettled([
      limiter.limit('a'),
      limiter.limit('a', { signal }),
      limiter.limit('a'),
      limiter.limit('b', { signal }),
      limiter.limit('c'),
    ])
    controller.abort(REASON)
    const settled = await answers
    expect(settled.map((each) => (each.status === 'rejected' ? each.reason : each.value.allowed))).toEqual([
      true,
      REASON,
      true,
      REASON,
      true,
    ])
    expect(settled[2]).toMatchObject({ value: { remaining: 8 } })
    expect(store.lists).toMatchObject([
      [
        { key: 'x:a', times: 2 },
        { key: 'x:c', times: 1 },
      ],
    ])
  })

  test('also where it waits for a list in flight', async () => {
    const { gate, gated } = onGate()
    const first = gated.limit('a')
    await turns()
    const answer = rejection(gated.limit('b', { signal }))
    controller.abort(REASON)
    expect(await answer).toBe(REASON)
    gate.release()
    await first
    await turns()
    expect(gate.lists).toHaveLength(1)
  })

  test('a call that comes after, in the same turn, is served', async () => {
    const gone = rejection(limiter.limit('a', { signal }))
    controller.abort(REASON)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 9 })
    expect(await gone).toBe(REASON)
    expect(store.lists).toMatchObject([[{ key: 'x:a', times: 1 }]])
  })
})

describe('aborted after it was sent', () => {
  test('a call rejects at once; what it took stays taken, and the others get their answers', async () => {
    const { gate, gated } = onGate()
    const answers = [gated.limit('a', { signal }), gated.limit('a')]
    const gone = rejection(answers[0] as Promise<unknown>)
    await turns()
    controller.abort(REASON)
    expect(await gone).toBe(REASON)
    gate.release()
    expect(await answers[1]).toMatchObject({ allowed: true, remaining: 8 })
  })

  test('a refund rejects at once, and its units are not given back twice', async () => {
    const refund = vi.fn(() => new Promise<never>(() => undefined))
    const hung = new RecordingStore({ refund })
    const hungLimiter = new FixedWindowRateLimiter({ name: 'x', store: hung, limit: 10, window: '1m' })
    const decision = await hungLimiter.limit('a')
    const answer = rejection(hungLimiter.refund(decision, { signal }))
    await turns()
    expect(refund).toHaveBeenCalledTimes(1)
    controller.abort(REASON)
    expect(await answer).toBe(REASON)
    expect(await hungLimiter.refund(decision)).toBe(false)
    expect(refund).toHaveBeenCalledTimes(1)
  })

  test('a reset rejects at once', async () => {
    const hung = new RecordingStore({ clear: () => new Promise(() => undefined) })
    const hungLimiter = new FixedWindowRateLimiter({ name: 'x', store: hung, limit: 10, window: '1m' })
    const answer = rejection(hungLimiter.reset('a', { signal }))
    await turns()
    controller.abort(REASON)
    expect(await answer).toBe(REASON)
  })
})

test('aborted while a fallback is asked, a call rejects at once, also where the store answers within the turn', async () => {
  const full = new MemoryStore({ maxKeys: 1 })
  const hung = new RecordingStore({ take: () => new Promise(() => undefined) })
  const options = { name: 'x', limit: 1, window: '365d', deadlineMs: 2 ** 31 - 1, onStoreError: hung }
  const falling = new FixedWindowRateLimiter({ ...options, store: full })
  await falling.limit('a')
  const answer = rejection(falling.limit('b', { signal }))
  await turns()
  expect(hung.sent).toBe(1)
  controller.abort(REASON)
  expect(await answer).toBe(REASON)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

describe('no listener stays on a signal', () => {
  const listeners = () => getEventListeners(signal, 'abort').length

  test('after an answer', async () => {
    const decision = limiter.limit('a', { signal })
    expect(listeners()).toBe(1)
    await limiter.refund(await decision, { signal })
    await limiter.peek('a', { signal })
    await limiter.isAllowed('a', { signal })
    await limiter.reset('a', { signal })
    expect(listeners()).toBe(0)
  })

  test('after a failure of the store', async () => {
    const down = () => Promise.reject(new Error('down'))
    const failing = new RecordingStore({ take: down, clear: down })
    const failingLimiter = new FixedWindowRateLimiter({ name: 'x', store: failing, limit: 1, window: 1 })
    await rejection(failingLimiter.limit('a', { signal }))
    await rejection(failingLimiter.reset('a', { signal }))
    expect(listeners()).toBe(0)
  })

  test('after a bad identifier', async () => {
    await rejection(limiter.limit('', { signal }))
    expect(listeners()).toBe(0)
  })

  test.each(['throw', 'allow', 'deny'] as const)(
    'after calls that went without the store, under %s',
    async (policy) => {
      const failing = new RecordingStore({ take: () => Promise.reject(new Error('down')) })
      const options = { name: 'x', store: failing, limit: 1, window: 1, breaker: { failures: 1 } }
      const without = new FixedWindowRateLimiter({ ...options, onStoreError: policy })
      for (let i = 0; i < 20; i++) await Promise.allSettled([without.limit('a', { signal })])
      expect(failing.sent).toBe(1)
      expect(listeners()).toBe(0)
    },
  )

  test('after many calls on one signal', async () => {
    for (let i = 0; i < 20; i++) await Promise.all(['a', 'b', 'a'].map((id) => limiter.limit(id, { signal })))
    expect(listeners()).toBe(0)
  })

  test('after an abort', async () => {
    const answer = rejection(limiter.limit('a', { signal }))
    controller.abort(REASON)
    await answer
    expect(listeners()).toBe(0)
  })
})
