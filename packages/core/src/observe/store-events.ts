import { keepContext } from '../dispatch/context.ts'
import type { Flight } from '../dispatch/flight.ts'
import { runtime } from '../dispatch/runtime.ts'
import { SharedTake } from '../dispatch/shared-take.ts'
import type { BreakerChange, StoreWatcher } from '../dispatch/watch.ts'
import type { StoreError } from '../errors.ts'
import type { Audience } from './audience.ts'
import type { CommandEvent } from './events.ts'

/** Reports what the dispatchers of a store do. */
export class StoreEvents implements StoreWatcher {
  readonly #audience: Audience
  readonly #store: string

  /** @param store The store's label. */
  constructor(audience: Audience, store: string) {
    this.#audience = audience
    this.#store = store
  }

  sent(flight: Flight): void {
    const inContext = keepContext()
    let isLate = false
    flight.ended = (late) => {
      if (late !== undefined) {
        isLate = true
        const event = this.#commandEvent(flight, runtime.now(), late)
        inContext(() => this.#audience.tell('command', event))
        return
      }
      if (!isLate) this.#audience.tell('command', this.#commandEvent(flight, flight.receivedAt, flight.error))
      this.#tellRetry(flight)
    }
  }

  changed(change: BreakerChange): void {
    this.#audience.tell('breaker', change)
  }

  #commandEvent(flight: Flight, endedAt: number, error: StoreError | undefined): CommandEvent {
    const { entries, sentAt, hasAnswer } = flight
    const takes = entries.filter((entry) => entry instanceof SharedTake)
    const changes = entries.length - takes.length
    return {
      store: this.#store,
      takes: takes.length,
      changes,
      callers: takes.reduce((sum, { callers }) => sum + callers.length, changes),
      queuedMs: entries.map(({ deadlineAt, deadlineMs }) => sentAt - (deadlineAt - deadlineMs)),
      sentAt,
      durationMs: endedAt - sentAt,
      outcome: hasAnswer || error === undefined ? 'answered' : error.outcome,
      error: hasAnswer ? undefined : error,
    }
  }

  #tellRetry({ refused, error }: Flight): void {
    if (refused.length === 0) return
    const operations = refused.reduce((sum, { entries }) => sum + entries.length, 0)
    this.#audience.tell('retry', { store: this.#store, operations, error })
  }
}
