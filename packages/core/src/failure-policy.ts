import type { Call } from './call.ts'
import type { StoreError } from './errors.ts'
import type { Group } from './group.ts'
import type { Settings } from './options.ts'
import type { Window } from './store.ts'

/** Settles the callers that the store could not answer. */
export type FailurePolicy = (group: Group, error: StoreError) => void

/**
 * What `onStoreError` says.
 *
 * @param ask lets the call wait for the fallback store, under its share of the windows' limits.
 */
export function failurePolicy(
  { onStoreError, deadlineMs }: Settings,
  ask: (call: Call, windows: readonly Window[], cost: number) => void,
): FailurePolicy {
  if (onStoreError === 'throw') return rejectAll
  return (group, error) => {
    for (const call of group.calls) {
      const { id, cost } = call
      if (call.gone) continue
      if (onStoreError === 'allow') {
        call.resolve({ allowed: true, id, cost, retryAfterMs: 0, source: 'failure-policy', error })
      } else if (onStoreError === 'deny') {
        call.resolve({ allowed: false, id, cost, retryAfterMs: deadlineMs, source: 'failure-policy', error })
      } else {
        ask(call, group.windows, group.cost)
      }
    }
  }
}

export function rejectAll(group: Group, error: StoreError): void {
  for (const call of group.calls) call.reject(error)
}
