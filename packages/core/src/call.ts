import type { Question } from './decide.ts'
import type { Decision } from './decision.ts'
import type { Group } from './group.ts'

/** A caller that waits for its answer. */
export interface Call extends Question {
  resolve(decision: Decision): void
  reject(error: unknown): void
  /** Where it waits. */
  group?: Group
  /** Set once the caller no longer waits: it must not be charged any more. */
  gone?: boolean
}

/** What becomes of a call, which may be settled before `wait` returns. It leaves, and rejects, upon the signal. */
export function waitUnlessAborted<Answer>(
  { id, cost, peek }: Question,
  signal: AbortSignal | undefined,
  wait: (call: Call) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call: Call = { id, cost, peek, resolve: resolve as Call['resolve'], reject }
    if (signal !== undefined) leaveWhenAborted(call, signal)
    try {
      wait(call)
    } catch (error) {
      call.reject(error)
    }
  })
}

function leaveWhenAborted(call: Call, signal: AbortSignal): void {
  const { resolve, reject } = call
  const abort = (): void => {
    leave(call)
    reject(signal.reason)
  }
  call.resolve = (decision) => {
    signal.removeEventListener('abort', abort)
    resolve(decision)
  }
  call.reject = (error) => {
    signal.removeEventListener('abort', abort)
    reject(error)
  }
  signal.addEventListener('abort', abort, { once: true })
}

/** Lets a caller go. If its take was not sent yet, nothing is taken for it. */
function leave(call: Call): void {
  call.gone = true
  const { group } = call
  if (group === undefined || group.sent) return
  group.calls.splice(group.calls.indexOf(call), 1)
  group.times--
}
