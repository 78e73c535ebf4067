import { StoreError } from '@rl/core'

/** The error of an operation that changed nothing. */
export function refusal(message: string): StoreError {
  return new StoreError(message, { outcome: 'not-executed' })
}
