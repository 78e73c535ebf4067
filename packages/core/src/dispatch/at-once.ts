import { checkReply } from '../contract/check-reply.ts'
import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import { toStoreError } from '../errors.ts'
import type { Breaker } from './breaker.ts'

/**
 * The shortcut for a store that answers at once: no queue, no turn, no timer, under the same breaker and errors. An operation
 * that is refused for the moment is asked once more.
 *
 * @throws {StoreError}
 */
export function askAtOnce(
  operation: Operation,
  answer: (operation: Operation) => Reply | Error,
  breaker: Breaker,
  isLast: boolean = false,
): Reply {
  const refusal = breaker.isOpen && !isLast ? breaker.refusal() : undefined
  if (refusal !== undefined) throw refusal
  let answered: Reply | Error | undefined
  try {
    answered = answer(operation)
    const reply = checkReply(operation, answered)
    breaker.succeeded()
    return reply
  } catch (thrown) {
    const error = toStoreError(thrown)
    if (error.transient && !isLast) return askAtOnce(operation, answer, breaker, true)
    // The store threw, or gave no valid reply.
    if (answered === undefined || error.outcome === 'unknown') breaker.failed(error)
    throw error
  }
}
