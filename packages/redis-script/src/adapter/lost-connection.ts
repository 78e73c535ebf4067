import { StoreError } from '@rl/core'
import { cleanCause, reasonOf, withReason } from '../failure.ts'

/**
 * The failure of a call that was not handed to the client, because the client has no connection. In the client's queue the
 * call would wait, and run after its caller gave up.
 *
 * @param transient Whether the client is connecting again by itself.
 * @param lastError Why the client has no connection, if it said so.
 * @throws {StoreError} always, with the outcome `'not-executed'`.
 * @example await lostConnection(true, undefined).catch(({ outcome }) => console.log(outcome)) // prints not-executed
 */
export function lostConnection(transient: boolean, lastError: unknown): Promise<never> {
  const message = withReason('the client is not connected', reasonOf(lastError))
  const cause = lastError === undefined ? {} : { cause: cleanCause(lastError) }
  return Promise.reject(new StoreError(message, { outcome: 'not-executed', transient, ...cause }))
}
