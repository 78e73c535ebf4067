import { StoreError, type StoreOutcome } from '../errors.ts'
import type { Entry } from './entry.ts'

/** What a call that waited for its deadline fails with. */
export function lateError({ deadlineMs, refusal }: Entry, outcome: StoreOutcome): StoreError {
  const cause = refusal === undefined ? {} : { cause: refusal }
  return new StoreError(`the store did not answer within ${deadlineMs} ms`, { outcome, ...cause })
}
