import { type CounterStore, FixedWindowRateLimiter, type LimiterOptions, type Operation, type Reply } from '@rl/core'
import { denyCache, lease } from '@rl/core/fast-paths'
import { MemoryStore } from '@rl/memory'
import { tenthUnlessThorough } from '@rl/test-servers'
import { describe, expect, test } from 'vitest'
import { settledHeap } from './heap.ts'

const FLOOD = tenthUnlessThorough(1_000_000)
const MB = 2 ** 20

/** Denies everybody, or admits everybody, and keeps nothing itself. */
function constantStore(taken: 0 | 1): CounterStore & { takes: number } {
  const now = Date.now()
  const answer = (operation: Operation): Reply => {
    if (operation.kind === 'clear') return { now }
    if (operation.kind === 'adjust')
      return { now, repeated: false, windows: operation.windows.map(() => 'ended' as const) }
    const { times, windows } = operation
    store.takes++
    return {
      timesTaken: taken * times,
      now,
      windows: windows.map(({ limit }) => ({
        used: taken === 1 ? times : limit,
        resetAt: now + 3_600_000,
        generation: 0,
      })),
    }
  }
  const store = { takes: 0, apply: async (operations: readonly Operation[]) => operations.map(answer) }
  return store
}

function limiterOf(store: CounterStore, options: Partial<LimiterOptions<'throw'>>): FixedWindowRateLimiter {
  const limits = { limit: 1000, window: '1h', anchor: 'first-hit', deadlineMs: 120_000 }
  return new FixedWindowRateLimiter({ name: 'flood', store, ...limits, ...options } as LimiterOptions<'throw'>)
}

async function flood(
  limiter: FixedWindowRateLimiter,
  count = FLOOD,
  idOf = (n: number) => `attacker-${n}`,
): Promise<void> {
  for (let from = 0; from < count; from += 5000) {
    await Promise.all(Array.from({ length: Math.min(5000, count - from) }, (_, i) => limiter.limit(idOf(from + i))))
  }
}

/** By how much the heap has grown once `run` is over, in MB, while what it was about is still held. */
async function growth(held: object, run: () => Promise<unknown>): Promise<number> {
  const before = await settledHeap()
  await run()
  const after = await settledHeap()
  expect(held).toBeDefined() // it may not be garbage before
  return (after - before) / MB
}

describe(`a flood of ${FLOOD} identifiers`, () => {
  test('leaves a MemoryStore with maxKeys counters, and a caller at the limit stays denied', async () => {
    const store = new MemoryStore({ maxKeys: 10_000 })
    const limiter = limiterOf(store, { limit: 2 })
    await limiter.limit('abuser', { cost: 2 })
    const mb = await growth(limiter, () => flood(limiter))
    expect(store.size).toBe(10_000)
    expect(await limiter.isAllowed('abuser')).toBe(false)
    expect(mb).toBeLessThan(15)
  })

  test('held whole by a MemoryStore, costs 400 bytes each at most, and no more come in', async () => {
    // In the long tier, that many are its default.
    const store = new MemoryStore(FLOOD === 1_000_000 ? {} : { maxKeys: FLOOD })
    const mb = await growth(store, () => flood(limiterOf(store, {}), 1.05 * FLOOD))
    expect(store.size).toBe(FLOOD)
    expect(mb).toBeLessThan((400 * FLOOD) / MB)
  })

  test('leaves a deny cache and a lease table within maxKeys', async () => {
    const store = constantStore(1)
    const settings = { maxKeys: 1000, maxAgeMs: 3_600_000 }
    // With the one unit, each has used up its limit: both tables have something to remember.
    const limiter = limiterOf(store, { limit: 1, fastPaths: [lease(settings), denyCache(settings)] })
    expect(await growth(limiter, () => flood(limiter))).toBeLessThan(5)
    // The latest are remembered, the first are not.
    const before = store.takes
    await flood(limiter, 400, (n) => `attacker-${FLOOD - 1 - n}`)
    expect(store.takes).toBe(before)
    await flood(limiter, 400)
    expect(store.takes).toBe(before + 400)
  })

  test('reset or refunded, leaves what was remembered of that bounded', async () => {
    const fastPaths = [lease({ maxKeys: 1000 }), denyCache({ maxKeys: 1000 })]
    const limiter = limiterOf(constantStore(1), { fastPaths })
    const all = async (): Promise<void> => {
      for (let n = 0; n < 50_000; n += 1000) {
        await Promise.all(
          Array.from({ length: 1000 }, async (_, i) => {
            const decision = await limiter.limit(`attacker-${n + i}`)
            await limiter.refund(decision)
            await limiter.reset(`attacker-${n + i}`)
          }),
        )
      }
    }
    expect(await growth(limiter, all)).toBeLessThan(10)
  })

  test('under a million different limits, leaves the remembered plans bounded', async () => {
    const limiter = limiterOf(constantStore(1), { fastPaths: [denyCache()] })
    const all = async (): Promise<void> => {
      for (let n = 0; n < 100_000; n++) await limiter.limit('one', { limit: 1_000_000 + n })
    }
    expect(await growth(limiter, all)).toBeLessThan(5)
  })
})

/** Identifiers cut out of something large, such as a request: a V8 substring keeps the whole string alive. */
const sliceOf = (n: number): string => `${n}:${'x'.repeat(20)};${'padding '.repeat(12_500)}`.split(';')[0] as string
/** Identifiers as long as a caller may make a header. */
const longId = (n: number): string => `${n}:${'long '.repeat(3000)}`

describe.each<[string, (n: number) => string]>([
  ['cut out of 100 kB each', sliceOf],
  ['of 15 kB each', longId],
])('1000 identifiers %s', (_, idOf) => {
  test.each<[string, () => FixedWindowRateLimiter]>([
    ['a MemoryStore', () => limiterOf(new MemoryStore(), {})],
    ['a deny cache', () => limiterOf(constantStore(0), { fastPaths: [denyCache({ maxAgeMs: 3_600_000 })] })],
    ['a lease table', () => limiterOf(constantStore(1), { fastPaths: [lease({ maxAgeMs: 3_600_000 })] })],
  ])('do not stay in %s with all that they came with', async (_, open) => {
    const limiter = open()
    const all = async (): Promise<void> => {
      await flood(limiter, 1000, idOf)
    }
    expect(await growth(limiter, all)).toBeLessThan(8)
  })
})
