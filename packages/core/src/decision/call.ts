import type { Window } from '../contract/windows.ts'
import type { Caller } from '../dispatch/chunk.ts'
import { onAbort } from '../dispatch/on-abort.ts'
import type { StoreError } from '../errors.ts'
import type { Cost } from '../options/cost.ts'
import type { Decision } from './types.ts'

/** The content of a call. Calls that ask the same share one. */
export interface Request {
  /** As the call named it. */
  readonly cost: Cost
  /** The limiter that is asked, and will know the decision again. */
  readonly limiter: object
  /** For each window. */
  readonly costs: readonly number[]
  readonly windows: readonly Window[]
  /** A peek asks whether `costs` would fit; nothing is taken for it. */
  readonly isPeek: boolean
}

/** An identifier and its request. */
export interface Asked {
  readonly id: string
  readonly request: Request
}

/** How a call is aborted. */
interface Leaving {
  readonly signal: AbortSignal
  /** Takes the caller out of what it waits for. */
  leave: (() => void) | undefined
  stopListening: (() => void) | undefined
}

/** A call that waits for its decision. It may be settled before {@link promise} is asked for. */
export class Call implements Asked, Caller {
  readonly id: string
  readonly request: Request
  isWaiting = true
  /** Only with a signal. Apart, as most calls have none: each field is paid for by all of them. */
  readonly leaving: Leaving | undefined
  /** The error of the first store, when another one is asked in its place. */
  firstError: StoreError | undefined = undefined
  /** Runs a function soon, in the caller's async context, if that was kept. */
  inContext: ((run: () => void) => void) | undefined = undefined
  #onDecision: ((decision: Decision) => void) | undefined
  #onError: ((error: unknown) => void) | undefined
  readonly #promise: Promise<Decision> = new Promise((resolve, reject) => {
    this.#onDecision = resolve
    this.#onError = reject
  })

  constructor(id: string, request: Request, signal?: AbortSignal) {
    this.id = id
    this.request = request
    this.leaving = signal && { signal, leave: undefined, stopListening: undefined }
  }

  get canLeave(): boolean {
    return this.leaving !== undefined
  }

  resolve(decision: Decision): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    this.leaving?.stopListening?.()
    this.#onDecision?.(decision)
  }

  reject(error: unknown): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    this.leaving?.stopListening?.()
    this.#onError?.(error)
  }

  /**
   * To be asked for once, in the turn in which the call was made. The signal is heard only from now on: a call that a fast path
   * answered, or that threw, would leave its listener behind.
   */
  promise(): Promise<Decision> {
    const { leaving } = this
    if (this.isWaiting && leaving !== undefined) {
      leaving.stopListening = onAbort(leaving.signal, () => {
        leaving.leave?.()
        this.reject(leaving.signal.reason)
      })
    }
    return this.#promise
  }
}
