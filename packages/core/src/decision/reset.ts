import type { Clear } from '../contract/operations.ts'
import type { Askers } from './askers.ts'
import type { FastPath } from './fast-path.ts'

/**
 * Clears the counters of an identifier in all stores, and lets fast paths forget it. Rejects with a StoreError, or with the
 * signal's reason.
 */
export async function resetCounters(
  clear: Clear,
  { primary, fallback }: Askers,
  fastPaths: readonly FastPath[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const forget = (): void => {
    for (const path of fastPaths) path.forget(clear.id)
  }
  forget()
  try {
    await Promise.all([primary.clear(clear, signal), fallback?.clear(clear, signal)])
  } finally {
    forget() // again: what was learnt in the meantime may be older than the reset
  }
}
