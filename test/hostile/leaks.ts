import {
  type BreakerChange,
  type CounterStore,
  FixedWindowRateLimiter,
  type LimiterOptions,
  StoreError,
} from '@rl/core'
import { expect } from 'vitest'
import { everythingIn, everythingWritten } from './everything-in.ts'

/** Identifiers of each kind of key: as it is, encoded, and with what the wire, JSON and templates take for their own. */
const IDS: readonly string[] = [
  'sesame-person@example.org',
  'sesame person/{é}',
  'a", command was: sesame',
  'sesame: NOSCRIPT READONLY',
]

/** Takes a unit for each identifier, so that each has a counter. */
export async function countAll(store: CounterStore): Promise<void> {
  const limiter = new FixedWindowRateLimiter({ name: 'policy', store, limit: 5, window: '365d', deadlineMs: 10_000 })
  await Promise.all(IDS.map((id) => limiter.limit(id)))
}

/** Every call of a limiter with each identifier, under each policy: the errors that they reject with or that decisions carry. */
export async function failuresOf(store: CounterStore, deadlineMs: number): Promise<StoreError[]> {
  // The hook writes a log.
  const breaker = { failures: 3, onChange: (change: BreakerChange) => console.warn(change) }
  const options = { name: 'policy', limit: 5, window: '365d', deadlineMs, breaker }
  const failures: unknown[] = []
  await Promise.all(
    (['throw', 'allow', 'deny'] as const).map(async (onStoreError) => {
      // Another object, with a breaker that is closed.
      const own: CounterStore = { apply: (operations) => store.apply(operations), capabilities: { label: 'store' } }
      const limiter = new FixedWindowRateLimiter({ ...options, store: own, onStoreError } as LimiterOptions<'allow'>)
      const calls: Promise<unknown>[] = IDS.flatMap((id) => [
        limiter.limit(id),
        limiter.peek(id),
        limiter.isAllowed(id),
      ])
      const answers = await Promise.allSettled(calls)
      for (const settled of [...answers, ...(await Promise.allSettled(IDS.map((id) => limiter.reset(id))))]) {
        if (settled.status === 'rejected') failures.push(settled.reason)
        else if (hasError(settled.value)) failures.push(settled.value.error)
      }
    }),
  )
  return failures.map((failure) => {
    if (failure instanceof StoreError) return failure
    throw new Error('a failure is no StoreError', { cause: failure })
  })
}

/**
 * Runs calls that must fail, and fails itself if an identifier, a key or a credential, all of which hold `sesame`, can be
 * found in what they fail with or in what is written meanwhile.
 */
export async function expectNoLeak(calls: () => Promise<readonly StoreError[]>): Promise<readonly StoreError[]> {
  let failures: readonly StoreError[] = []
  const written = await everythingWritten(async () => {
    failures = await calls()
  })
  expect(failures.length).toBeGreaterThan(0)
  for (const text of [...new Set([...failures.map(everythingIn), written])]) expectClean(text)
  return failures
}

function expectClean(text: string): void {
  const at = text.toLowerCase().indexOf('sesame')
  expect(at < 0 ? 'clean' : text.slice(Math.max(0, at - 150), at + 50)).toBe('clean')
}

function hasError(value: unknown): value is { readonly error: unknown } {
  return typeof value === 'object' && value !== null && 'error' in value
}
