import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { denyCache } from '../../src/fast-paths/index.ts'
import type { Decision } from '../../src/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { inTurn, turns } from '../support/helpers.ts'
import { World } from '../support/world.ts'

let world: World

beforeEach(() => {
  world = new World()
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a call that cannot fit', () => {
  test('is denied without a command, as the store denied it', async () => {
    const limiter = world.limiter({ fastPaths: [denyCache()] })
    await inTurn(3, () => limiter.limit('a'))
    expect(world.commands.length).toBe(3)
    const denial = { allowed: false, id: 'a', limit: 3, remaining: 0, resetAt: T0 + 30_000, source: 'deny-cache' }
    expect(await limiter.limit('a')).toMatchObject({ ...denial, cost: 1, retryAfterMs: 30_000 })
    world.pass(500)
    expect(await limiter.limit('a', { cost: 2 })).toMatchObject({ ...denial, cost: 2, retryAfterMs: 29_500 })
    expect(await limiter.limit('a', { cost: 4 })).toMatchObject({ ...denial, retryAfterMs: Number.POSITIVE_INFINITY })
    expect(await limiter.isAllowed('a')).toBe(false)
    expect(world.commands.length).toBe(3)
    expect(await limiter.limit('b')).toMatchObject({ allowed: true, source: 'store' })
  })

  test('is denied so by what was denied before, though others fit still', async () => {
    const limiter = world.limiter({ fastPaths: [denyCache()] })
    await limiter.limit('a', { cost: 2 })
    expect(await limiter.limit('a', { cost: 2 })).toMatchObject({ allowed: false, source: 'store' })
    expect(await limiter.limit('a', { cost: 2 })).toMatchObject({
      allowed: false,
      remaining: 1,
      retryAfterMs: 30_000,
      source: 'deny-cache',
    })
    expect(await limiter.limit('a', { cost: 3 })).toMatchObject({ allowed: false, source: 'deny-cache' })
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
  })

  test('is told by its own limit', async () => {
    const limiter = world.limiter({ fastPaths: [denyCache()] })
    await limiter.limit('a', { cost: 3 })
    expect(await limiter.limit('a', { limit: 5, cost: 3 })).toMatchObject({ allowed: false, source: 'deny-cache' })
    expect(await limiter.limit('a', { limit: 4 })).toMatchObject({ allowed: true, limit: 4, source: 'store' })
    expect(await limiter.limit('a', { limit: 4 })).toMatchObject({ allowed: false, source: 'deny-cache' })
    expect(await limiter.limit('a', { limit: 2, cost: 0 })).toMatchObject({ allowed: false, source: 'deny-cache' })
    expect(await limiter.limit('a', { limit: 4, cost: 0 })).toMatchObject({ allowed: true, source: 'store' })
  })

  test('is denied by the window that keeps it out longest, and no longer than the first window lasts', async () => {
    const windows = [
      { limit: 2, window: 1000 },
      { limit: 3, window: '1h' },
    ] as const
    const limiter = world.limiter({ windows, fastPaths: [denyCache({ maxAgeMs: 3_600_000 })] })
    await limiter.limit('a', { cost: 2 })
    expect(await limiter.limit('a')).toMatchObject({ source: 'deny-cache', limit: 2, retryAfterMs: 1000 })
    expect(await limiter.limit('a', { cost: 2 })).toMatchObject({
      source: 'deny-cache',
      limit: 3,
      remaining: 1,
      windows: [
        { limit: 2, remaining: 0 },
        { limit: 3, remaining: 1 },
      ],
    })
    world.pass(1000)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
    expect(await limiter.limit('a')).toMatchObject({ source: 'deny-cache', limit: 3, retryAfterMs: 1_769_000 })
  })
})

describe.each(['epoch', 'first-hit'] as const)('a denial ends with its window (%s)', (anchor) => {
  const settings = { limit: 1, window: 1000, anchor, fastPaths: [denyCache({ maxAgeMs: 1_000_000 })] }

  test.each([
    [0, 0],
    [0, 400],
    [400, 0],
    [300.4, 150.3],
  ])("by the store's clock, with a command that takes %d ms and an answer that takes %d ms", async (out, back) => {
    const limiter = world.limiter(settings)
    world.latency = { out, back }
    const { resetAt } = (await limiter.limit('a')) as { resetAt: number }
    let local = 0
    for (;;) {
      const decision = await limiter.limit('a')
      if (decision.allowed) break
      if (decision.source === 'deny-cache') {
        local++
        expect(world.now).toBeLessThan(resetAt)
        // Waiting as long as told is enough, wherever in its millisecond the store's clock stands.
        expect(world.now + decision.retryAfterMs).toBeGreaterThanOrEqual(resetAt)
        expect(decision.retryAfterMs).toBeLessThanOrEqual(resetAt - world.now + back + 1)
      }
      world.pass(7.3)
    }
    expect(local).toBeGreaterThan(10)
  })

  test('whatever the wall clock of this process says', async () => {
    const wall = vi.spyOn(Date, 'now').mockReturnValue(T0 - 5 * 3_600_000)
    const limiter = world.limiter(settings)
    const { resetAt } = (await limiter.limit('a')) as { resetAt: number }
    wall.mockReturnValue(T0 + 7 * 3_600_000)
    expect(await limiter.limit('a')).toMatchObject({ source: 'deny-cache', retryAfterMs: resetAt - T0 })
    world.pass(resetAt - T0)
    wall.mockReturnValue(T0 - 9 * 3_600_000)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
  })
})

test('a reset or refund elsewhere shows within maxAgeMs, even of an answer that took long', async () => {
  const elsewhere = world.limiter({ limit: 1 })
  const limiter = world.limiter({ limit: 1, fastPaths: [denyCache({ maxAgeMs: 200 })] })
  await elsewhere.limit('a')
  world.latency = { out: 0, back: 150 }
  expect(await limiter.limit('a')).toMatchObject({ allowed: false, source: 'store' })
  world.latency = { out: 0, back: 0 }
  await elsewhere.reset('a')
  world.pass(49)
  expect(await limiter.limit('a')).toMatchObject({ allowed: false, source: 'deny-cache' })
  world.pass(1)
  expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
})

describe('forgets', () => {
  test('with a reset and with a refund by the same limiter', async () => {
    const limiter = world.limiter({ fastPaths: [denyCache()] })
    const [first] = await inTurn(3, () => limiter.limit('a'))
    expect(await limiter.limit('a')).toMatchObject({ source: 'deny-cache' })
    if (first !== undefined) await limiter.refund(first)
    world.pass(0.1)
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
    expect(await limiter.limit('a')).toMatchObject({ source: 'deny-cache' })
    await limiter.reset('a')
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, remaining: 2, source: 'store' })
  })

  test.each(['reset', 'refund'] as const)('a denial that was sent before a %s and comes back after it', async (how) => {
    const gated = new FakeStore()
    gated.isHolding = true
    const limiter = world.limiter({ limit: 2, fastPaths: [denyCache()] }, gated)
    const elsewhere = world.limiter({ limit: 2 }, gated)
    const [admitted] = await passed(gated, limiter.limit('a'), elsewhere.limit('a'))
    const denied = limiter.limit('a')
    await turns()
    expect(gated.held).toBe(1)
    gated.isHolding = false // the change is answered before what was sent before it
    const changed = how === 'reset' ? limiter.reset('a') : limiter.refund(admitted as Decision)
    const drained = limiter.drain() // sends it at once
    await changed
    gated.release()
    expect(await denied).toMatchObject({ allowed: false, source: 'store' })
    await drained
    expect(await passed(gated, limiter.limit('a'))).toMatchObject([{ allowed: true, source: 'store' }])
  })
})

/** The answers once the store lets go of everything. */
async function passed<T>(gated: FakeStore, ...calls: Promise<T>[]): Promise<T[]> {
  await turns()
  gated.release(gated.held)
  return Promise.all(calls)
}

test('a peek asks the store', async () => {
  const limiter = world.limiter({ limit: 1, fastPaths: [denyCache()] })
  await limiter.limit('a')
  expect(await limiter.limit('a')).toMatchObject({ source: 'deny-cache' })
  const takes = world.commands.length
  expect(await limiter.peek('a')).toMatchObject({ allowed: false, source: 'store' })
  expect(world.commands.length).toBe(takes + 1)
})

test('remembers at most maxKeys identifiers of a flood of 30,000, and those that came last', async () => {
  const limiter = world.limiter({ limit: 0, fastPaths: [denyCache({ maxKeys: 1000, maxAgeMs: 1_000_000 })] })
  for (let i = 0; i < 30_000; i += 1000) {
    await Promise.all(Array.from({ length: 1000 }, (_, j) => limiter.limit(`u${i + j}`)))
  }
  const again = await Promise.all(Array.from({ length: 10_000 }, (_, j) => limiter.limit(`u${20_000 + j}`)))
  const remembered = again.map((decision) => decision.source === 'deny-cache')
  expect(remembered.slice(-500)).not.toContain(false)
  expect(remembered.filter(Boolean).length).toBeLessThanOrEqual(1000)
})
