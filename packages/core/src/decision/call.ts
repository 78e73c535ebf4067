import type { Window } from '../contract/windows.ts'
import type { Caller } from '../dispatch/chunk.ts'
import type { Cost } from '../options/cost.ts'
import type { Decision } from './types.ts'

/** What a call asks for, as far as its decision depends on it. */
export interface Asked {
  readonly id: string
  /** As the call named it. */
  readonly cost: Cost
  /** For each window. */
  readonly costs: readonly number[]
  readonly windows: readonly Window[]
  /** A peek asks whether `costs` would fit; nothing is taken for it. */
  readonly isPeek: boolean
}

/** A call that waits for its decision. It may be settled before {@link promise} is asked for. */
export class Call implements Asked, Caller {
  readonly id: string
  readonly cost: Cost
  readonly costs: readonly number[]
  readonly windows: readonly Window[]
  readonly isPeek: boolean
  readonly #signal: AbortSignal | undefined
  isWaiting = true
  /** What to do when the caller aborts. */
  onLeave: (() => void) | undefined
  #decision: Decision | undefined
  #error: unknown
  #resolve: ((decision: Decision) => void) | undefined
  #reject: ((error: unknown) => void) | undefined
  #stopListening: (() => void) | undefined

  constructor(
    id: string,
    cost: Cost,
    costs: readonly number[],
    windows: readonly Window[],
    isPeek: boolean,
    signal: AbortSignal | undefined,
  ) {
    this.id = id
    this.cost = cost
    this.costs = costs
    this.windows = windows
    this.isPeek = isPeek
    this.#signal = signal
  }

  get canLeave(): boolean {
    return this.#signal !== undefined
  }

  resolve(decision: Decision): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    this.#stopListening?.()
    if (this.#resolve === undefined) this.#decision = decision
    else this.#resolve(decision)
  }

  reject(error: unknown): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    this.#stopListening?.()
    if (this.#reject === undefined) this.#error = error
    else this.#reject(error)
  }

  /** Settles with the decision. Rejects upon the signal. To be asked for once. */
  promise(): Promise<Decision> {
    if (this.#decision !== undefined) return Promise.resolve(this.#decision)
    if (!this.isWaiting) return Promise.reject(this.#error)
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      if (this.#signal !== undefined) this.#listen(this.#signal)
    })
  }

  #listen(signal: AbortSignal): void {
    const abort = (): void => {
      this.onLeave?.()
      this.reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    this.#stopListening = () => signal.removeEventListener('abort', abort)
  }
}
