import { OptionError, StoreError } from '@rl/core'

/**
 * The value of `error.type`, one of few: the outcome of a `StoreError`, `'option'` for an `OptionError`, and `'_OTHER'` for
 * whatever a caller's signal was aborted with.
 */
export function errorType(error: unknown): string {
  if (error instanceof StoreError) return error.outcome
  return error instanceof OptionError ? 'option' : '_OTHER'
}
