import type { Breaker } from './breaker.ts'
import { withDeadline } from './deadline.ts'
import { StoreError, toStoreError } from './errors.ts'

/** How long to wait before what a store refused for the moment is sent again, after the `nth` (from 0) refusal. */
export function backOffMs(nth: number): number {
  return Math.min(100, 10 * 2 ** nth)
}

/** What bounds a command. */
export interface CommandOptions {
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
  readonly breaker: Breaker | undefined
}

/**
 * Sends a command that shares no round trip. Settles within the deadline and upon the signal: with a StoreError, or the
 * signal's reason. What the store refuses for the moment is sent again meanwhile.
 */
export async function command<T>(options: CommandOptions, send: () => Promise<T>): Promise<T> {
  const { deadlineMs, signal, breaker } = options
  const unasked = breaker?.refusal()
  if (unasked !== undefined) throw unasked
  const attempts = new Attempts(send, performance.now() + deadlineMs)
  try {
    const reply = await withDeadline(deadlineMs, signal, () => attempts.make())
    breaker?.succeeded()
    return reply
  } catch (error) {
    if (error instanceof StoreError) breaker?.failed(error)
    throw error
  } finally {
    attempts.over = true
  }
}

class Attempts<T> {
  /** Nobody waits any more: what was refused must not be sent again. */
  over = false
  readonly #send: () => Promise<T>
  readonly #until: number

  constructor(send: () => Promise<T>, until: number) {
    this.#send = send
    this.#until = until
  }

  async make(): Promise<T> {
    for (let nth = 0; ; nth++) {
      try {
        return await this.#send()
      } catch (error) {
        const refusal = toStoreError(error)
        if (!refusal.transient || performance.now() + backOffMs(nth) >= this.#until) throw refusal
        await new Promise((resolve) => setTimeout(resolve, backOffMs(nth)))
        if (this.over) throw refusal
      }
    }
  }
}
