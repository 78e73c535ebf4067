import { StoreError, type StoreOutcome, toStoreError } from './errors.ts'
import { afterTurn } from './turn.ts'

/** What a call that waited for its deadline rejects with. */
export function lateError(deadlineMs: number, outcome: StoreOutcome, cause?: StoreError): StoreError {
  return new StoreError(`the store did not answer within ${deadlineMs} ms`, { outcome, ...(cause && { cause }) })
}

/** Settles within the deadline and upon the signal, whatever the store does: with a StoreError, or the signal's reason. */
export function withDeadline<T>(
  deadlineMs: number,
  signal: AbortSignal | undefined,
  start: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => settle(() => reject(signal?.reason))
    const giveUp = (): void => settle(() => reject(lateError(deadlineMs, 'unknown')))
    // After a stall of the whole process, the answer may lie in the socket already: it gets one more turn.
    const timer = setTimeout(() => afterTurn(giveUp), deadlineMs)
    const settle = (how: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      how()
    }
    signal?.addEventListener('abort', abort, { once: true })
    const started = (async () => start())()
    started.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(toStoreError(error))),
    )
  })
}
