import { hostname } from 'node:os'
import { type CounterStore, type Operation, type Reply, StoreError } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { lease } from '@rl/core/fast-paths'
import { MemoryStore } from '@rl/memory'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Snapshot } from '../../src/messages.ts'
import { policyOf } from '../../src/server/figures/policy.ts'
import { limiterOf, opened } from './support.ts'

const START = Date.UTC(2026, 0, 15, 12, 0, 0, 300)

beforeEach(() => {
  vi.useFakeTimers({ now: START })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A store that is asked by commands, over the counters of a memory store. */
class CommandStore implements CounterStore {
  readonly capabilities = { label: 'remote' }
  readonly #counters = new MemoryStore()
  commands = 0
  takesMs = 0
  failure: Error | undefined

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    this.commands++
    if (this.takesMs > 0) await new Promise((resolve) => setTimeout(resolve, this.takesMs))
    if (this.failure !== undefined) throw this.failure
    return this.#counters.apply(operations)
  }
}

type Opened = ReturnType<typeof opened>

/** The snapshot of the second in which this is called. */
async function snapshotOf({ stream }: Opened): Promise<Snapshot> {
  await vi.advanceTimersByTimeAsync(1000)
  const reader = await stream()
  const snapshot = await reader.next('snapshot')
  await reader.leave()
  return snapshot as Snapshot
}

describe('calls of a limiter', () => {
  test('are counted as what they became', async () => {
    const store = new CommandStore()
    const limiter = limiterOf({ store })
    const page = opened({ limiters: [limiter] })
    for (let call = 0; call < 7; call++) await limiter.limit('bob')
    await limiter.isAllowed('ann')
    store.failure = new StoreError('down', { outcome: 'not-executed' })
    await limiter.limit('ann').catch(() => {})
    expect(await snapshotOf(page)).toMatchObject({
      limiters: [
        {
          name: 'api',
          lastSecond: { admitted: 6, denied: 2, failed: 1 },
          total: { admitted: 6, denied: 2, failed: 1 },
        },
      ],
    })
    expect(await snapshotOf(page)).toMatchObject({
      limiters: [{ lastSecond: { admitted: 0, denied: 0, failed: 0 }, total: { admitted: 6, denied: 2, failed: 1 } }],
    })
  })

  test('are failed where the failure policy decided', async () => {
    const store = new CommandStore()
    const limiter = limiterOf({ store, onStoreError: 'allow' })
    const page = opened({ limiters: [limiter] })
    store.failure = new StoreError('down', { outcome: 'not-executed' })
    await limiter.limit('ann')
    expect((await snapshotOf(page)).limiters[0]?.total).toEqual({ admitted: 0, denied: 0, failed: 1 })
  })

  test('are counted as often as the counter counts, also by a lease', async () => {
    const limiter = limiterOf({ limit: 100, fastPaths: [lease({ share: 0.2 })] } as object)
    const page = opened({ limiters: [limiter] })
    for (let call = 0; call < 130; call++) await limiter.limit('bob')
    expect((await snapshotOf(page)).limiters[0]?.total).toEqual({ admitted: 100, denied: 30, failed: 0 })
    const { body } = await page.post('lookup', { limiter: 'api', id: 'bob' })
    expect(body.windows[0]?.used).toBe(100)
  })

  test('are not peeks, mistakes, and what was aborted', async () => {
    const limiter = limiterOf()
    const page = opened({ limiters: [limiter] })
    await limiter.peek('bob')
    await limiter.limit('').catch(() => {})
    await limiter.limit('bob', { signal: AbortSignal.abort() }).catch(() => {})
    expect((await snapshotOf(page)).limiters[0]?.total).toEqual({ admitted: 0, denied: 0, failed: 0 })
  })

  test("are not the dashboard's own", async () => {
    const store = new CommandStore()
    const limiter = limiterOf({ store })
    const page = opened({ limiters: [limiter], deniedMost: 'plain' })
    await limiter.limit('bob', { cost: 5 })
    const subject = { limiter: 'api', id: 'bob' }
    expect((await page.post('trial', subject)).body.allowed).toBe(false)
    await page.post('refund', { ...subject, units: 1 })
    await page.post('lookup', subject)
    await page.post('reset', subject)
    expect((await page.post('trial', subject)).body.allowed).toBe(true)
    expect(store.commands).toBe(7)
    expect(await snapshotOf(page)).toMatchObject({
      limiters: [{ total: { admitted: 1, denied: 0, failed: 0 } }],
      stores: [{ commands: 1, callsPerCommand: 1 }],
    })
    expect((await page.post('denied', {})).body.identifiers).toEqual([])
  })

  test('are no longer counted once the dashboard is closed', async () => {
    const limiter = limiterOf()
    const page = opened({ limiters: [limiter] })
    const { page: other } = opened({ limiters: [limiter] })
    other.close()
    await limiter.limit('bob')
    expect((await snapshotOf(page)).limiters[0]?.total.admitted).toBe(1)
    page.page.close()
    await limiter.limit('bob')
    expect((await page.get('stream')).status).toBe(503)
  })
})

describe('how full windows are', () => {
  test('is counted by tenths of the limit, for the last minute', async () => {
    const windows = [
      { limit: 10, window: '1d', anchor: 'first-hit' },
      { limit: 100, window: '2d', anchor: 'first-hit' },
    ] as const
    const limiter = limiterOf({ windows })
    const page = opened({ limiters: [limiter] })
    for (const cost of [1, 4, 4, 1, 1, 0]) await limiter.limit('bob', { cost })
    // used after each call: 1, 5, 9, 10, 10 (denied), 10; of the second window a tenth of that
    expect((await snapshotOf(page)).limiters[0]?.fullness).toEqual([
      [0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 3],
      [3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ])
    await vi.advanceTimersByTimeAsync(58_000)
    expect((await snapshotOf(page)).limiters[0]?.fullness[0]).toContain(3)
    expect((await snapshotOf(page)).limiters[0]?.fullness[0]).toEqual(Array(11).fill(0))
  })

  test('is full for a limit of 0', async () => {
    const limiter = limiterOf({ limit: 0 } as object)
    const page = opened({ limiters: [limiter] })
    await limiter.limit('bob')
    expect((await snapshotOf(page)).limiters[0]?.fullness).toEqual([[...Array(10).fill(0), 1]])
  })
})

describe('a store', () => {
  test('shows commands, calls in each, and how long they took', async () => {
    const store = new CommandStore()
    const limiters = [limiterOf({ store }), limiterOf({ store, name: 'other' }), limiterOf({ name: 'third' })]
    const page = opened({ limiters })
    for (const takesMs of [2, 4, 6]) {
      store.takesMs = takesMs
      const calls = limiters.slice(0, 2).map((limiter) => limiter.limit('bob'))
      await vi.advanceTimersByTimeAsync(takesMs + 1)
      await Promise.all(calls)
    }
    expect((await snapshotOf(page)).stores).toEqual([
      {
        ...{ name: 'remote', breaker: 'closed', commands: 3, failedCommands: 0, callsPerCommand: 2 },
        latencyMs: { p50: 4, p99: 6, max: 6 },
      },
      { name: 'memory', breaker: 'closed', commands: 0, failedCommands: 0, callsPerCommand: 0 },
    ])
    await vi.advanceTimersByTimeAsync(60_000)
    expect((await snapshotOf(page)).stores[0]).toMatchObject({ commands: 0, callsPerCommand: 0 })
  })

  test('shows failures and an open breaker', async () => {
    const store = new CommandStore()
    const limiter = limiterOf({ store, breaker: { failures: 2, probeAfterMs: 10 } })
    const page = opened({ limiters: [limiter] })
    store.failure = new Error('connection lost')
    for (let call = 0; call < 2; call++) await limiter.limit('bob').catch(() => {})
    expect((await snapshotOf(page)).stores).toMatchObject([{ breaker: 'open', commands: 2, failedCommands: 2 }])
    const openedLater = opened({ limiters: [limiter] })
    expect((await snapshotOf(openedLater)).stores).toMatchObject([{ breaker: 'open', commands: 0 }])
    store.failure = undefined
    await vi.advanceTimersByTimeAsync(20)
    await limiter.limit('bob')
    expect((await snapshotOf(page)).stores).toMatchObject([{ breaker: 'closed' }])
  })
})

test('windows are named as people write them', () => {
  const windows = [1500, 60_000, 90_000, 86_400_000, 7 * 86_400_000].map((windowMs) => {
    return { limit: 5, windowMs, anchor: 'epoch' as const }
  })
  expect(policyOf(windows).map(({ length }) => length)).toEqual(['1500ms', '1m', '90s', '1d', '7d'])
  const { windows: calendars } = limiterOf({
    windows: [{ unit: 'tokens', limit: 5, window: calendar('month', { timeZone: 'Europe/Berlin' }) }],
  })
  expect(policyOf(calendars)).toEqual([
    { unit: 'tokens', limit: 5, length: 'month', anchor: 'calendar', timeZone: 'Europe/Berlin' },
  ])
})

test('a snapshot says whose it is, and since when', async () => {
  const page = opened()
  const { process: shown } = await snapshotOf(page)
  expect(shown).toEqual({ graph: expect.any(String), host: hostname(), pid: process.pid, since: START })
  expect((await snapshotOf(page)).process).toEqual(shown)
  expect((await snapshotOf(opened())).process?.graph).not.toBe(shown?.graph)
})
