import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import type { FixedWindowRateLimiter } from '../../src/index.ts'
import { T0 } from '../support/fake-store.ts'
import { inTurn } from '../support/helpers.ts'
import { World } from '../support/world.ts'

let world: World

beforeEach(() => {
  world = new World()
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** Units taken ahead by each command, for calls that come one at a time with cost 1. */
const taken = () => world.takes.map((take) => take.times - 1)

async function usedOf(id: string, limit: number): Promise<number> {
  const { remaining } = (await world.limiter({ limit }).peek(id)) as { remaining: number }
  return limit - remaining
}

test('serves calls from units taken ahead, as if each had come to the counter', async () => {
  const limiter = world.limiter({ limit: 1000, fastPaths: [lease()] })
  const decisions = await inTurn(100, () => limiter.limit('a'))
  decisions.forEach((decision, i) => {
    const figures = { limit: 1000, remaining: 999 - i, resetAt: T0 + 30_000 }
    expect(decision).toMatchObject({ allowed: true, id: 'a', cost: 1, retryAfterMs: 0, ...figures, windows: [figures] })
  })
  expect(decisions.slice(0, 5).map(({ source }) => source)).toEqual(['store', 'store', 'lease', 'lease', 'store'])
  expect(taken()).toEqual([0, 2, 4, 8, 16, 32, 64])
  expect(await usedOf('a', 1000)).toBe(7 + 126)
})

test('admits exactly the limit, and takes less ahead as the window fills', async () => {
  const limiter = world.limiter({ limit: 200, fastPaths: [lease()] })
  const decisions = await inTurn(250, () => limiter.limit('a'))
  expect(decisions.map((decision) => decision.allowed)).toEqual(Array.from({ length: 250 }, (_, i) => i < 200))
  expect(decisions.slice(0, 200).map((decision) => (decision as { remaining: number }).remaining)).toEqual(
    Array.from({ length: 200 }, (_, i) => 199 - i),
  )
  const sizes = taken()
  const most = Math.max(...sizes)
  expect(most).toBeLessThanOrEqual(20)
  const shrinking = sizes.slice(sizes.indexOf(most))
  expect(shrinking).toEqual(shrinking.toSorted((a, b) => b - a))
  expect(shrinking.at(-1)).toBe(0)
  let used = 0
  for (const size of sizes.slice(0, -50)) {
    expect(size).toBeLessThanOrEqual((200 - used) * 0.1)
    used += 1 + size
  }
})

test('leaves unused what its processes hold, and nothing more, when demand exceeds the limit', async () => {
  const options = { limit: 1000, window: '1h' } as const
  const processes = Array.from({ length: 4 }, () => world.limiter({ ...options, fastPaths: [lease({ share: 0.2 })] }))
  let admitted = 0
  // Bursts with long pauses between them: no lease is used up in its time.
  for (let i = 0; i < 200; i++) {
    for (const limiter of processes) {
      for (const { allowed } of await inTurn(3 + (i % 7), () => limiter.limit('a'))) if (allowed) admitted++
    }
    world.pass(1)
    if (i % 3 === 0) world.pass(1500)
  }
  expect(await world.limiter(options).peek('a')).toMatchObject({ remaining: 0 })
  expect(admitted).toBeLessThanOrEqual(1000)
  expect(admitted).toBeGreaterThanOrEqual(1000 - 4 * 200)
  // Nothing is lost but what is still there: it is served once the store has told that it is still counted.
  for (const limiter of processes) {
    world.pass(1)
    for (const { allowed } of await inTurn(300, () => limiter.limit('a'))) if (allowed) admitted++
  }
  expect(admitted).toBe(1000)
})

describe('takes nothing ahead', () => {
  test('for an identifier that is called once a second', async () => {
    const limiter = world.limiter({ limit: 1e6, window: '1h', fastPaths: [lease({ maxAgeMs: 1000 })] })
    for (let i = 0; i < 50; i++) {
      expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'store' })
      world.pass(1000)
    }
    expect(taken()).toEqual(new Array(50).fill(0))
  })

  test('and takes less and less for one that is called less often than it was', async () => {
    const limiter = world.limiter({ limit: 1e6, window: '1h', fastPaths: [lease({ maxAgeMs: 1000 })] })
    await inTurn(30, () => limiter.limit('a'))
    const before = taken().length
    for (let i = 0; i < 200; i++) {
      world.pass(600)
      await limiter.limit('a')
    }
    expect(Math.max(...taken().slice(before))).toBeLessThanOrEqual(16)
    expect(taken().slice(-10)).toEqual(new Array(10).fill(0))
  })

  test('with a peek or a call of cost 0, nor do these use any', async () => {
    const limiter = world.limiter({ limit: 1000, fastPaths: [lease()] })
    await inTurn(20, () => limiter.peek('a'))
    await inTurn(20, () => limiter.limit('a', { cost: 0 }))
    expect(world.takes.every((take) => take.times === 1 && take.costs[0] === 0)).toBe(true)
    await inTurn(6, () => limiter.limit('a')) // the fifth took 4 more
    expect(await limiter.limit('a')).toMatchObject({ source: 'lease', remaining: 993 })
    const takes = world.commands.length
    expect(await limiter.limit('a', { cost: 0 })).toMatchObject({ source: 'store', remaining: 993 })
    expect(await limiter.peek('a')).toMatchObject({ source: 'store', remaining: 993 })
    expect(world.commands.length).toBe(takes + 2)
    expect(await limiter.limit('a')).toMatchObject({ source: 'lease', remaining: 992 })
  })

  test('where the share of what is left does not reach for one call', async () => {
    const limiter = world.limiter({ limit: 50, fastPaths: [lease()] })
    await inTurn(10, () => limiter.limit('a', { cost: 5 }))
    expect(taken()).toEqual(new Array(10).fill(0))
  })
})

test('a peek tells what limit would answer: units held count as left', async () => {
  const limiter = world.limiter({ limit: 10, fastPaths: [lease({ share: 1 })] })
  await inTurn(2, () => limiter.limit('a'))
  await world.limiter({ limit: 10 }).limit('a', { cost: 6 })
  expect(await limiter.peek('a')).toMatchObject({ allowed: true, remaining: 2 })
  expect(await limiter.peek('a', { cost: 2 })).toMatchObject({ allowed: true, remaining: 2 })
  expect(await limiter.peek('a', { cost: 3 })).toMatchObject({ allowed: false, remaining: 0 })
  expect(await inTurn(3, () => limiter.limit('a'))).toMatchObject([
    { allowed: true, source: 'lease', remaining: 7 }, // what it knows from before the others took 6
    { allowed: true, source: 'lease', remaining: 6 },
    { allowed: false, source: 'store' },
  ])
})

test('calls that travelled along get what was taken ahead, rather than a denial', async () => {
  const limiter = world.limiter({ limit: 4, fastPaths: [lease({ share: 1 }), denyCache()] })
  await limiter.limit('a')
  const decisions = await Promise.all([1, 2, 3].map((cost) => limiter.limit('a', { cost })))
  expect(world.commands.at(-1)).toMatchObject([{ times: 3 }, { costs: [2] }, { costs: [3] }])
  expect(decisions).toMatchObject([
    { allowed: true, source: 'store', remaining: 2 },
    { allowed: true, source: 'lease', remaining: 0 },
    { allowed: false, source: 'store', remaining: 0, retryAfterMs: 30_000 },
  ])
})

describe('after a reset by another process', () => {
  let limiter: FixedWindowRateLimiter
  let elsewhere: FixedWindowRateLimiter

  beforeEach(async () => {
    limiter = world.limiter({ limit: 100, window: '1h', fastPaths: [lease({ share: 1, maxAgeMs: 1000 })] })
    elsewhere = world.limiter({ limit: 100, window: '1h' })
    await inTurn(14, () => limiter.limit('a')) // the last one took 16 ahead at least
    expect(await limiter.limit('a')).toMatchObject({ source: 'lease' })
    await elsewhere.reset('a')
  })

  test('old units are served no longer than maxAgeMs', async () => {
    world.pass(999)
    expect(await limiter.limit('a')).toMatchObject({ source: 'lease' })
    world.pass(1)
    expect(await limiter.limit('a')).toMatchObject({ source: 'store', remaining: 99 })
    expect(await limiter.limit('a')).toMatchObject({ source: 'store', remaining: 98 })
  })

  test('old units are dropped with the next answer, and do not show in a peek', async () => {
    expect(await limiter.peek('a')).toMatchObject({ source: 'store', remaining: 100 })
    const decisions = await inTurn(300, () => limiter.limit('a'))
    const old = decisions.findIndex(({ source }) => source === 'store')
    expect(old).toBeLessThanOrEqual(30)
    expect(decisions.slice(old).filter(({ allowed }) => allowed)).toHaveLength(100)
  })
})

test('a reset by itself drops what it holds, also what is under way', async () => {
  const limiter = world.limiter({ limit: 100, fastPaths: [lease({ share: 1 })] })
  await inTurn(14, () => limiter.limit('a'))
  expect(await limiter.limit('a')).toMatchObject({ source: 'lease' })
  await limiter.reset('a')
  const decisions = await inTurn(150, () => limiter.limit('a'))
  expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(100)
  expect(decisions[0]).toMatchObject({ source: 'store', remaining: 99 })
})

test('a refund of a lease decision gives its units back once', async () => {
  const limiter = world.limiter({ limit: 100, fastPaths: [lease()] })
  const decisions = await inTurn(4, () => limiter.limit('a'))
  const leased = decisions.find(({ source }) => source === 'lease')
  if (leased === undefined) throw new Error('none came from a lease')
  expect(await usedOf('a', 100)).toBe(4)
  expect(await limiter.refund(leased)).toBe(true)
  expect(await limiter.refund(leased)).toBe(false)
  expect(await usedOf('a', 100)).toBe(3)
  expect(world.operations.filter(({ kind }) => kind === 'adjust')).toHaveLength(1)
})

describe('limits of a call', () => {
  test('are served from a lease under equal limits only', async () => {
    const limiter = world.limiter({ limit: 100, fastPaths: [lease()] })
    await inTurn(6, () => limiter.limit('a')) // holds 3 or more
    expect(await limiter.limit('a', { limit: 5 })).toMatchObject({ allowed: false, source: 'store' })
    expect(await limiter.limit('a', { limit: 1000 })).toMatchObject({ allowed: true, source: 'store' })
    expect(await limiter.limit('a', { limit: 100 })).toMatchObject({ allowed: true, source: 'lease' })
    expect(await limiter.limit('a')).toMatchObject({ allowed: true, source: 'lease' })
  })

  test('may be as many as there are identifiers', async () => {
    const limiter = world.limiter({ fastPaths: [lease()] })
    const sources = new Set<string>()
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 200; i++) sources.add((await limiter.limit(`u${i}`, { limit: 1000 + i })).source)
    }
    expect(sources).toContain('lease')
  })
})

test('follows at most maxKeys identifiers, and those asked for last', async () => {
  const limiter = world.limiter({ limit: 1e6, fastPaths: [lease({ maxKeys: 1000 })] })
  const ask = (from: number, count: number) =>
    Array.from({ length: count }, (_, j) => limiter.limit(`u${from - j}`, { cost: 1 }))
  const sources: string[] = []
  for (let i = 250; i <= 25_000; i += 250) {
    await Promise.all(ask(i, 250))
    sources.push((await limiter.limit('hot')).source)
  }
  expect(sources.filter((source) => source === 'lease').length).toBeGreaterThan(85)
  const before = world.commands.length
  await Promise.all(ask(25_000, 10_000))
  const ahead = world.commands
    .slice(before)
    .flatMap((list) => list.map((each) => each.kind === 'take' && each.times > 1))
  expect(ahead).toHaveLength(10_000)
  expect(ahead.slice(0, 250)).not.toContain(false)
  expect(ahead.filter(Boolean).length).toBeLessThanOrEqual(1000)
})
