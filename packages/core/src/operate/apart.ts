import type { Operation } from '../contract/operations.ts'
import type { Reply } from '../contract/replies.ts'
import type { CounterStore } from '../contract/store.ts'
import { Asker } from '../decision/asker.ts'
import { failurePolicy } from '../decision/failure-policy.ts'
import { dispatchOf } from '../dispatch/dispatchers.ts'
import { StoreError } from '../errors.ts'

const views = new WeakMap<object, CounterStore>()

/**
 * Asks the same store apart from the limiter's callers: by a separate queue and breaker, so that an operator neither waits behind
 * calls nor shows in what is observed of them. Without fast paths; what the store fails, rejects.
 */
export function askApart({ store, settings }: Asker): Asker {
  const { scope, source, deadlineMs } = settings
  const view = viewOf(store)
  const onFailure = failurePolicy('throw', deadlineMs)
  return new Asker(view, dispatchOf(view, deadlineMs, undefined), {
    ...{ scope, source, deadlineMs, onFailure },
    fastPaths: [],
  })
}

/** The store as one that shares nothing with others. All limiters of a storage have the same one. */
function viewOf(store: CounterStore): CounterStore {
  const { capabilities } = store
  const storage = capabilities?.sharedBy ?? store
  let view = views.get(storage)
  if (view === undefined) {
    const { answersAtOnce, resends, label } = capabilities ?? {}
    view = { apply: (operations) => applyOnce(store, operations), capabilities: { answersAtOnce, resends, label } }
    views.set(storage, view)
  }
  return view
}

/** An operation that is refused for the moment is not sent again: an operator does that by hand, and knows what the store is sent. */
async function applyOnce(store: CounterStore, operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
  try {
    const replies = await store.apply(operations)
    return replies.map((reply) => (reply instanceof Error ? asLasting(reply) : reply))
  } catch (error) {
    throw asLasting(error as Error)
  }
}

function asLasting(error: Error): Error {
  if (!(error instanceof StoreError && error.transient)) return error
  return new StoreError(error.message, { outcome: error.outcome, cause: error.cause })
}
