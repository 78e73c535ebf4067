import { checkReply } from '../contract/check-reply.ts'
import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import { toStoreError } from '../errors.ts'
import type { Breaker } from './breaker.ts'
import type { Entry } from './entry.ts'
import { answer, fail } from './settle.ts'

/**
 * The shortcut for a store that answers at once: no queue, no turn, no timer, under the same breaker and errors.
 *
 * @returns an entry to ask in its place.
 */
export function answerAtOnce(
  entry: Entry,
  ask: (operation: Operation) => Reply | Error,
  breaker: Breaker,
): Entry | undefined {
  let wasAsked = false
  let isWhole = true
  let reply: Reply
  try {
    const operation = entry.prepare(0)
    wasAsked = true
    const answered = ask(operation)
    isWhole = false
    reply = checkReply(operation, answered)
  } catch (thrown) {
    const error = toStoreError(thrown)
    // If a fast path threw before, the store has done nothing wrong.
    if (wasAsked && (isWhole || error.outcome === 'unknown')) breaker.failed(error)
    fail(entry, error)
    return undefined
  }
  breaker.succeeded()
  return answer(entry, reply, undefined)
}
