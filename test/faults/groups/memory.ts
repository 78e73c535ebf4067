import { FixedWindowRateLimiter, StoreError } from '@rl/core'
import { MemoryStore, type MemoryStoreOptions } from '@rl/memory'
import { expect } from 'vitest'
import type { Fault, FaultGroup } from '../fault.ts'

const MAX_KEYS = 100
const LIMIT = 3

export const MEMORY: FaultGroup<undefined> = {
  title: 'Memory',
  open: async () => undefined,
  close: async () => {},
  faults: [
    full(
      'reject',
      '`not-executed`; no counter is lost, and identifiers that have one are counted on',
      async (limiter) => {
        const failures = await Promise.all(ids('late').map((id) => limiter.limit(id).catch((error: unknown) => error)))
        for (const failure of failures) {
          expect(failure).toBeInstanceOf(StoreError)
          expect(failure).toMatchObject({ outcome: 'not-executed' })
        }
        for (const id of ids('early')) expect(await limiter.isAllowed(id)).toBe(false)
      },
    ),
    full('evict', 'no call fails; an evicted counter starts anew: at most the limit more for each', async (limiter) => {
      for (const id of ids('late')) expect(await limiter.isAllowed(id)).toBe(true)
      for (const id of ids('early')) expect(await use(limiter, id)).toBeLessThanOrEqual(LIMIT)
    }),
  ],
}

function full(
  whenFull: MemoryStoreOptions['whenFull'],
  asserted: string,
  check: (limiter: FixedWindowRateLimiter) => Promise<void>,
): Fault<undefined> {
  return {
    title: `all \`maxKeys\` counters are at their limits, \`whenFull: '${whenFull}'\``,
    stores: ['memory'],
    asserted: `${asserted}; never more than \`maxKeys\` are held`,
    play: async () => {
      const store = new MemoryStore({ maxKeys: MAX_KEYS, whenFull })
      // Without a breaker, as each failure is about one identifier.
      const limiter = new FixedWindowRateLimiter({ name: 'full', store, limit: LIMIT, window: '365d', breaker: false })
      for (const id of ids('early')) expect(await use(limiter, id)).toBe(LIMIT)
      await check(limiter)
      expect(store.size).toBe(MAX_KEYS)
      return undefined
    },
  }
}

/** How many of twice the limit are admitted. */
async function use(limiter: FixedWindowRateLimiter, id: string): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 2 * LIMIT }, () => limiter.isAllowed(id)))
  return answers.filter((allowed) => allowed).length
}

function ids(what: string): readonly string[] {
  return Array.from({ length: MAX_KEYS }, (_, i) => `${what} ${i}`)
}
