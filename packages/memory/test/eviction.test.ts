import type { Anchor } from '@rl/core'
import { StoreError } from '@rl/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { adjust, clear, counted, MINUTE, storeOf, T0, take, taken, takeOf, used, window } from './support.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** A random number generator that gives the same numbers in every run. */
function seedRandom(seed: number): void {
  let state = seed
  vi.spyOn(Math, 'random').mockImplementation(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  })
}

describe.each<Anchor>(['epoch', 'first-hit'])('at the cap, windows anchored at %s', (anchor) => {
  const w = window(10, anchor)

  test('the least used counter below its limit goes', async () => {
    const { store } = storeOf({ maxKeys: 3 })
    await take(store, 'seven', w, 7)
    await take(store, 'two', w, 2)
    await take(store, 'five', w, 5)
    expect(await taken(store, 'new', w)).toBe(1)
    expect(store.size).toBe(3)
    expect(await used(store, 'two', w)).toBe(0)
    expect([await used(store, 'seven', w), await used(store, 'five', w), await used(store, 'new', w)]).toEqual([
      7, 5, 1,
    ])
  })

  test('an expired counter goes before all others, however much it was used', async () => {
    const { store, clock } = storeOf({ maxKeys: 3 })
    const short = window(10, anchor, 1000)
    await take(store, 'old', short, 10)
    await take(store, 'one', w, 1)
    await take(store, 'two', w, 2)
    clock.now += 1000
    expect(await taken(store, 'new', w)).toBe(1)
    expect([await used(store, 'one', w), await used(store, 'two', w), await used(store, 'new', w)]).toEqual([1, 2, 1])
  })

  test('a counter at its limit never goes while its window is open', async () => {
    const { store } = storeOf({ maxKeys: 3 })
    await take(store, 'full1', w, 10)
    await take(store, 'full2', w, 10)
    for (let i = 0; i < 100; i++) {
      expect(await taken(store, `flood${i}`, w)).toBe(1)
      expect([await taken(store, 'full1', w), await taken(store, 'full2', w)]).toEqual([0, 0])
    }
    expect(store.size).toBe(3)
  })

  test('a counter that is at its limit only after several calls is spared, and one that got units back is not', async () => {
    const { store } = storeOf({ maxKeys: 2 })
    for (let i = 0; i < 10; i++) await take(store, 'full', w)
    await take(store, 'refunded', w, 10)
    expect(await taken(store, 'new', w)).toBe('not-executed')
    await adjust(store, 'refunded', await counted(store, 'refunded', w, -1))
    expect(await taken(store, 'new', w)).toBe(1)
    expect(await taken(store, 'full', w)).toBe(0)
  })

  test('a counter that was cleared may go', async () => {
    const { store } = storeOf({ maxKeys: 1 })
    await take(store, 'full', w, 10)
    await clear(store, 'full', [w])
    expect(await taken(store, 'new', w)).toBe(1)
  })

  test("whenFull 'reject': with only counters at their limits, a new one fails, and nothing else changes", async () => {
    const { store, clock } = storeOf({ maxKeys: 2 })
    await take(store, 'a', w, 10)
    await take(store, 'b', w, 10)
    const failure = await take(store, 'secret', w).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreError)
    expect(failure).toMatchObject({ outcome: 'not-executed' })
    expect(String(failure)).not.toContain('secret')
    expect([await used(store, 'a', w), await used(store, 'b', w), store.size]).toEqual([10, 10, 2])
    // Calls that need no counter are answered all the same.
    expect(await taken(store, 'c', w, 11)).toBe(0)
    expect(await taken(store, 'c', w, 0)).toBe(1)
    expect(await taken(store, 'a', w)).toBe(0)
    clock.now += MINUTE
    expect(await taken(store, 'c', w)).toBe(1)
  })

  test('a failed take fails alone in its list', async () => {
    const { store } = storeOf({ maxKeys: 1 })
    const replies = await store.apply(['a', 'b', 'a'].map((id) => takeOf(id, w, id === 'a' ? 5 : 1, 2)))
    expect(replies[0]).toMatchObject({ timesTaken: 2 })
    expect(replies[1]).toMatchObject({ outcome: 'not-executed' })
    expect(replies[2]).toMatchObject({ timesTaken: 0, windows: [{ used: 10 }] })
  })

  test("whenFull 'evict': the counter whose window ends soonest goes", async () => {
    const { store } = storeOf({ maxKeys: 3, whenFull: 'evict' })
    const soon = window(10, anchor, MINUTE / 2)
    await take(store, 'late', w, 10)
    await take(store, 'soon', soon, 10)
    await take(store, 'later', window(10, anchor, 2 * MINUTE), 10)
    expect(await taken(store, 'new', w, 10)).toBe(1)
    expect(await used(store, 'soon', soon)).toBe(0)
    expect([await used(store, 'late', w), await used(store, 'new', w)]).toEqual([10, 10])
    expect(await used(store, 'later', window(10, anchor, 2 * MINUTE))).toBe(10)
  })

  test("whenFull 'evict' still takes one below its limit first", async () => {
    const { store } = storeOf({ maxKeys: 2, whenFull: 'evict' })
    const soon = window(10, anchor, 1000)
    await take(store, 'soon', soon, 10)
    await take(store, 'below', w, 9)
    await take(store, 'new', w)
    expect([await used(store, 'soon', soon), await used(store, 'below', w)]).toEqual([10, 0])
  })
})

describe('an identifier with several windows at the cap', () => {
  const windows = [window(1, 'first-hit', 1000), window(10, 'first-hit', MINUTE), window(10, 'epoch', MINUTE)] as const
  const [short, hit, long] = windows

  test('needs one key', async () => {
    const { store } = storeOf({ maxKeys: 2 })
    await take(store, 'full', long, 10)
    expect(await taken(store, 'a', windows)).toBe(1)
    expect([await used(store, 'a', short), await used(store, 'a', hit), await used(store, 'a', long)]).toEqual([
      1, 1, 1,
    ])
    expect(store.size).toBe(2)
  })

  test('needs no room for another window', async () => {
    const { store } = storeOf({ maxKeys: 2 })
    await take(store, 'full', long, 10)
    await take(store, 'a', hit, 10)
    expect([await taken(store, 'a', long), await taken(store, 'a', short)]).toEqual([1, 1])
    expect([await used(store, 'a', hit), await used(store, 'full', long), store.size]).toEqual([10, 10, 2])
  })

  test('stays while any of its windows is at its limit, and no longer', async () => {
    const { store, clock } = storeOf({ maxKeys: 1 })
    await take(store, 'a', windows)
    expect(await taken(store, 'new', long)).toBe('not-executed')
    clock.now += 1000
    expect(await taken(store, 'new', long)).toBe(1)
    expect(await used(store, 'a', long)).toBe(0)
  })

  test('counts as much as the most used of its windows', async () => {
    const { store } = storeOf({ maxKeys: 2 })
    await take(store, 'a', [hit, long])
    await take(store, 'a', hit, 5)
    await take(store, 'b', [hit, long], 3)
    expect(await taken(store, 'new', long)).toBe(1)
    expect([await used(store, 'a', hit), await used(store, 'b', hit)]).toEqual([6, 0])
  })

  test('is counted until the last of its windows ends', async () => {
    const { store, clock } = storeOf()
    await take(store, 'a', windows)
    clock.now += 1000
    expect([await taken(store, 'a', short), store.size]).toEqual([1, 1])
    clock.now += MINUTE
    expect(store.size).toBe(0)
  })
})

test('among very many at their limits, one that may go is found, if not by the first call', async () => {
  const { store } = storeOf({ maxKeys: 1000 })
  for (let i = 0; i < 1000; i++) await take(store, `u${i}`, window(10), i === 700 ? 1 : 10)
  let calls = 1
  while ((await taken(store, 'new', window(10))) !== 1) calls++
  expect(calls).toBeLessThanOrEqual(4)
  expect([await used(store, 'u700', window(10)), store.size]).toEqual([0, 1000])
})

test('a much used counter outlives a flood of identifiers that come once', async () => {
  for (const anchor of ['epoch', 'first-hit'] as const) {
    const { store } = storeOf({ maxKeys: 1000 })
    const w = window(1000, anchor)
    await take(store, 'regular', w, 500)
    for (let i = 0; i < 50_000; i++) await take(store, `once${i}`, w)
    expect(await used(store, 'regular', w)).toBe(500)
    expect(store.size).toBe(1000)
  }
})

test('no more than maxKeys are held over a long, mixed history', async () => {
  seedRandom(7)
  const { store, clock } = storeOf({ maxKeys: 50 })
  const windows = [window(4, 'epoch'), window(4, 'first-hit'), window(4, 'first-hit', 700)]
  for (let i = 0; i < 20_000; i++) {
    const pick = (n: number) => Math.floor(Math.random() * n)
    const w = windows[pick(3)] ?? window(4)
    const id = `k${pick(200)}`
    expect([0, 1, 'not-executed']).toContain(await taken(store, id, w, pick(5)))
    if (pick(10) === 0) await clear(store, id, [w])
    if (pick(20) === 0) clock.now += pick(2000)
    expect(store.size).toBeLessThanOrEqual(50)
  }
  clock.now = T0 + 10 * 365 * 86_400_000
  expect(store.size).toBe(0)
})
