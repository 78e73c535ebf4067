import type { StoreOutcome } from '@rl/core'
import { failed } from './failure.ts'

/** Calls that the store does not answer for now. Made by `hold`. */
export interface Hold {
  /** How many wait. */
  readonly size: number
  /** Resolves when the first one has come. */
  readonly arrived: Promise<void>
  /** Answers what waits, and everything from now on. */
  release(): void
  /** Fails what waits, and answers everything from now on. Default outcome `'unknown'`. */
  fail(outcome?: StoreOutcome): void
}

/** Calls wait here until they are released. */
export class Gate implements Hold {
  readonly arrived: Promise<void>
  isOpen = false
  readonly #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []
  #onArrival: () => void = () => {}

  constructor() {
    this.arrived = new Promise((resolve) => {
      this.#onArrival = resolve
    })
  }

  get size(): number {
    return this.#waiting.length
  }

  pass(): Promise<void> {
    if (this.isOpen) return Promise.resolve()
    this.#onArrival()
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  release(): void {
    this.isOpen = true
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  fail(outcome: StoreOutcome = 'unknown'): void {
    const error = failed(outcome)
    this.isOpen = true
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
