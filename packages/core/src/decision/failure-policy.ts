import type { Take } from '../contract/operations.ts'
import type { StoreError } from '../errors.ts'
import type { Call } from './call.ts'

/** Settles a call that the store could not answer. */
export type FailurePolicy = (call: Call, error: StoreError, take: Take) => void

/** `onStoreError: 'throw'` */
export const rejectCall: FailurePolicy = (call, error) => call.reject(error)

/** `onStoreError: 'allow'` */
export const allowCall: FailurePolicy = (call, error) => {
  const { id, request } = call
  call.resolve({ allowed: true, id, cost: request.cost, retryAfterMs: 0, source: 'failure-policy', error })
}

/** `onStoreError: 'deny'` */
export function denyCall(retryAfterMs: number): FailurePolicy {
  return (call, error) => {
    const { id, request } = call
    call.resolve({ allowed: false, id, cost: request.cost, retryAfterMs, source: 'failure-policy', error })
  }
}
