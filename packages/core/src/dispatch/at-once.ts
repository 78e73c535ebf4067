import { checkReply } from '../contract/check-reply.ts'
import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import { toStoreError } from '../errors.ts'
import type { Breaker } from './breaker.ts'

/**
 * The shortcut for a store that answers at once: no queue, no turn, no timer, under the same breaker and errors. What is
 * refused for the moment is asked once more.
 *
 * @throws {StoreError}
 */
export function askAtOnce(
  operation: Operation,
  answer: (operation: Operation) => Reply | Error,
  breaker: Breaker,
): Reply {
  const refusal = breaker.refusal()
  if (refusal !== undefined) throw refusal
  for (let isLast = false; ; isLast = true) {
    let isWhole = true
    try {
      const answered = answer(operation)
      isWhole = false
      const reply = checkReply(operation, answered)
      breaker.succeeded()
      return reply
    } catch (thrown) {
      const error = toStoreError(thrown)
      if (error.transient && !isLast) continue
      if (isWhole || error.outcome === 'unknown') breaker.failed(error)
      throw error
    }
  }
}
