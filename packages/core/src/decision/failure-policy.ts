import type { Take } from '../contract/operations.ts'
import type { StoreError } from '../errors.ts'
import type { Call } from './call.ts'

/** Settles a call that the store could not answer. */
export type FailurePolicy = (call: Call, error: StoreError, take: Take) => void

/** The meaning of a word as `onStoreError`. */
export function failurePolicy(word: 'throw' | 'allow' | 'deny', deadlineMs: number): FailurePolicy {
  if (word === 'throw') return (call, error) => call.reject(error)
  const verdict =
    word === 'allow'
      ? ({ allowed: true, retryAfterMs: 0 } as const)
      : ({ allowed: false, retryAfterMs: deadlineMs } as const)
  return (call, error) => {
    const { id, request } = call
    call.resolve({ ...verdict, id, cost: request.cost, source: 'failure-policy', error })
  }
}
