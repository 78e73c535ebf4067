import { runtime } from './runtime.ts'

/** The monotonic clock, read once in each turn of the event loop. */
export class TurnClock {
  #now: number | undefined

  now(): number {
    if (this.#now === undefined) {
      this.#now = runtime.now()
      runtime.microtask(this.#forget)
    }
    return this.#now
  }

  readonly #forget = (): void => {
    this.#now = undefined
  }
}
