import type { Background } from './background.ts'
import { runtime, type Timer } from './runtime.ts'

/** How often within a deadline the ticker looks. An entry that was queued at one look is sent at the next: 2/8 of its deadline at worst. */
export const LOOKS = 8

/** A timer this late was discarded, as fake timers do with those of before. */
const LOST_AFTER_MS = 50

/** One timer for everything that waits. */
export class DeadlineTicker {
  readonly #background: Background
  readonly #look: (now: number) => void
  #timer: Timer | undefined
  #dueAt = 0
  #isResting = false

  /** @param background Where the timer is set, so that it keeps no request's context alive. */
  constructor(background: Background, look: (now: number) => void) {
    this.#background = background
    this.#look = look
  }

  /** Looks at that time at the latest, by the monotonic clock. */
  watch(at: number, now: number): void {
    const timer = this.#timer
    const wasResting = this.#isResting
    this.#isResting = false
    if (timer !== undefined && this.#dueAt <= at && now < this.#dueAt + LOST_AFTER_MS) {
      if (wasResting) timer.ref?.()
      return
    }
    if (timer !== undefined) runtime.clearTimer(timer)
    // A timer that is overdue is made up for at once: others may wait for it.
    this.#dueAt = timer === undefined || this.#dueAt > at ? at : now
    this.#timer = PENDING
    this.#background.run(() => {
      if (this.#timer !== PENDING) return
      this.#timer = runtime.setTimer(this.#onTimer, Math.max(0, Math.min(this.#dueAt - runtime.now(), MAX_MS)))
      if (this.#isResting) this.rest()
    })
  }

  /** Nothing waits: the timer stays, but keeps no process alive. */
  rest(): void {
    this.#isResting = true
    this.#timer?.unref?.()
  }

  // After a stall of the whole process, an answer may lie in the socket already: it gets one more turn.
  readonly #onTimer = (): void => {
    this.#timer = undefined
    runtime.nextTurn(() => this.#look(runtime.now()))
  }
}

const PENDING: Timer = {}
const MAX_MS = 2 ** 31 - 1
