import { mock } from 'node:test'
import { StoreError } from '@rl/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { MemoryStore } from '../src/index.ts'
import { MINUTE, storeOf, T0, taken, takeOf, used, window } from './support.ts'

const w = window(1)

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  mock.timers.reset()
})

describe('a clock that returns no integer from 0 to 2^53-1 fails the call, naming now and the value', () => {
  test.each<[unknown, string]>([
    [Number.NaN, 'NaN'],
    [T0 + 0.5, `${T0}.5`],
    [-1, '-1'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [2 ** 53, '9007199254740992'],
    ['1768480200000', '"1768480200000"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [new Date(T0), 'an instance of Date'],
    [5n, '5n'],
  ])('%s', async (value, shown) => {
    const { store, clock } = storeOf()
    expect(await taken(store, 'a', window(2))).toBe(1)
    clock.now = value as number
    const failure = await store.apply([takeOf('a', window(2))]).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreError)
    expect(failure).toMatchObject({ outcome: 'not-executed' })
    expect(String(failure)).toContain('(now)')
    expect(String(failure)).toContain(`received ${shown}`)
    expect(() => store.capabilities.answersAtOnce(takeOf('a', window(2)))).toThrow(String((failure as Error).message))
    expect(() => store.size).toThrow('(now)')
    clock.now = T0
    expect(await used(store, 'a', w)).toBe(1)
  })

  test('performance.now in place of Date.now', async () => {
    const store = new MemoryStore({ now: () => performance.now() + 0.001 })
    expect(await taken(store, 'a', w)).toBe('not-executed')
  })

  test('a Date.now that somebody has replaced', async () => {
    const store = new MemoryStore()
    vi.spyOn(Date, 'now').mockReturnValue(0.5)
    expect(await taken(store, 'a', w)).toBe('not-executed')
  })
})

test('without the option, the clock is Date.now', async () => {
  for (const store of [new MemoryStore(), new MemoryStore({ now: undefined })]) {
    const before = Date.now()
    const { now } = store.capabilities.answersAtOnce(takeOf('a', w)) as { now: number }
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Date.now())
  }
})

interface FakeTimers {
  readonly name: string
  fake(): void
  advance(ms: number): void
  restore(): void
}

const FAKE_TIMERS: readonly FakeTimers[] = [
  {
    name: 'of vitest',
    fake: () => vi.useFakeTimers(),
    advance: (ms) => vi.advanceTimersByTime(ms),
    restore: () => vi.useRealTimers(),
  },
  {
    name: 'of node:test',
    fake: () => mock.timers.enable({ apis: ['Date'], now: Date.now() }),
    advance: (ms) => mock.timers.tick(ms),
    restore: () => mock.timers.reset(),
  },
  spiedDate(),
]

function spiedDate(): FakeTimers {
  let now = 0
  return {
    name: 'that replace Date.now alone',
    fake: () => {
      now = Date.now()
      vi.spyOn(Date, 'now').mockImplementation(() => now)
    },
    advance: (ms) => {
      now += ms
    },
    restore: () => vi.restoreAllMocks(),
  }
}

describe.each(FAKE_TIMERS)('fake timers $name', ({ fake, advance, restore }) => {
  test('a store made before they are installed follows them', async () => {
    const store = new MemoryStore()
    const long = window(2, 'first-hit', 10 * MINUTE)
    await taken(store, 'a', long)
    fake()
    expect([await taken(store, 'a', long), await taken(store, 'a', long)]).toEqual([1, 0])
    advance(10 * MINUTE + 1000)
    expect(await taken(store, 'a', long)).toBe(1)
  })

  test('a store made while they are installed follows them, and then the true time', async () => {
    fake()
    advance(60 * MINUTE)
    const store = new MemoryStore()
    for (const anchor of ['epoch', 'first-hit'] as const) {
      expect([await taken(store, 'a', window(1, anchor)), await taken(store, 'a', window(1, anchor))]).toEqual([1, 0])
    }
    restore()
    // Counts of a time that never came are forgotten.
    for (const anchor of ['epoch', 'first-hit'] as const) {
      expect([await taken(store, 'a', window(1, anchor)), await taken(store, 'a', window(1, anchor))]).toEqual([1, 0])
    }
    expect(store.size).toBe(1)
  })

  test('a store made after they were removed is not affected', async () => {
    fake()
    advance(60 * MINUTE)
    restore()
    const store = new MemoryStore()
    const { now } = store.capabilities.answersAtOnce(takeOf('a', w)) as { now: number }
    expect(now).toBeLessThanOrEqual(Date.now())
  })
})

test('a clock of the option that goes back is an error, and counts go on where it is right again', async () => {
  const { store, clock } = storeOf()
  await taken(store, 'a', w)
  vi.useFakeTimers() // has no part in it
  clock.now -= 1
  const [error] = await store.apply([takeOf('a', w)]).catch((error) => [error])
  expect(error).toMatchObject({
    outcome: 'not-executed',
    message: `the clock (now) must not go back, received ${T0 - 1} after ${T0}`,
  })
  clock.now += 1
  expect(await taken(store, 'a', w)).toBe(0)
})

test('the clock of the system may be turned back, and counts stay', async () => {
  const date = vi.spyOn(Date, 'now').mockImplementation(() => T0)
  const store = new MemoryStore()
  await taken(store, 'a', w)
  date.mockImplementation(() => T0 - 10 * MINUTE)
  expect(await taken(store, 'a', w)).toBe(0)
  date.mockRestore()
})
