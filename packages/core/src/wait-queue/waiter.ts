import type { Call, Request } from '../decision/call.ts'
import type { Decision } from '../decision/types.ts'
import { keepContext } from '../dispatch/context.ts'
import { runtime } from '../dispatch/runtime.ts'
import type { LimitOptions } from '../options/limit-options.ts'

/** A call in a line. */
export class Waiter {
  readonly call: Call
  /** The options for the limiter. No signal: a call that leaves when it was sent gets its units back. */
  readonly options: LimitOptions | undefined
  /** By this process's monotonic clock. */
  deadlineAt: number
  isAsking = false
  isCounted = false
  /** The limiter's answer, and its round. */
  denied: { readonly decision: Decision; readonly round: number } | undefined
  /** Runs a function soon, in the caller's async context. */
  inContext: ((run: () => void) => void) | undefined
  answer: Promise<Decision> | undefined
  /** Called when it is counted among those that wait. */
  began: (() => void) | undefined

  constructor(call: Call, options: LimitOptions | undefined, maxWaitMs: number) {
    this.call = call
    this.options = options
    this.deadlineAt = runtime.now() + maxWaitMs
  }

  /** To be called in the caller's async context. */
  keepContext(): void {
    this.inContext = keepContext()
  }

  get request(): Request {
    return this.call.request
  }
}
