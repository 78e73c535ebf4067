import { StoreError } from '@rl/core'

/**
 * The failure of a call that was not handed to the client, because the client has no connection. Handed over, it would wait
 * in the client's queue and run when nobody waits for it any more.
 *
 * @param settings `transient`: whether the client is connecting again by itself.
 */
export function lostConnection(settings: { readonly transient: boolean }): Promise<never> {
  const error = new StoreError('the client is not connected', { outcome: 'not-executed', ...settings })
  return Promise.reject(error)
}
