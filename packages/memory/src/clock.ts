import { describeValue } from '@rl/core/check'
import { refusal } from './refusal.ts'

/** Milliseconds since the epoch, by the option `now` or by the `Date` of the moment, which fake timers replace. */
export class Clock {
  readonly #given: (() => number) | undefined
  /** Called when the clock was replaced by one that is behind. */
  readonly #onReplaced: () => void
  #source: (() => number) | undefined
  #latest = 0

  constructor(given: (() => number) | undefined, onReplaced: () => void) {
    this.#given = given
    this.#onReplaced = onReplaced
  }

  /** @throws {StoreError} for anything but an integer from 0 to 2^53-1, and where the option `now` goes back. */
  read(): number {
    const source = this.#given ?? Date.now
    const now = source()
    if (!Number.isSafeInteger(now) || now < 0) {
      throw refusal(`the clock (now) must return an integer from 0 to 2^53-1, received ${describeValue(now)}`)
    }
    if (source !== this.#source) {
      // After fake timers were installed or removed, counters of a later time belong to a clock that no longer exists.
      if (now < this.#latest) this.#onReplaced()
      this.#source = source
    }
    // The system's clock may be turned back, and counters stay; one of the option is a mistake.
    if (this.#given !== undefined && now < this.#latest) {
      throw refusal(`the clock (now) must not go back, received ${now} after ${this.#latest}`)
    }
    this.#latest = now
    return now
  }
}
