import type { Background } from './background.ts'
import { runtime, type Timer } from './runtime.ts'

/** How often within a deadline the ticker looks. An entry that was queued at one look is sent at the next: 2/8 of its deadline at worst. */
export const LOOKS = 8

/** A timer this late was discarded, as fake timers do with those of before. */
const LOST_AFTER_MS = 50
const MAX_MS = 2 ** 31 - 1

/** One timer for everything that waits. */
export class DeadlineTicker {
  readonly #background: Background
  readonly #look: (now: number) => void
  #timer: Timer | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #isResting = false

  /** @param background Where the timer is set, so that it keeps no request's context alive. */
  constructor(background: Background, look: (now: number) => void) {
    this.#background = background
    this.#look = look
  }

  /** Looks at that time at the latest, by the monotonic clock; never, if it is `Infinity`. */
  watch(at: number, now: number): void {
    if (this.#isResting) this.rest(false)
    if (this.#dueAt <= at && now < this.#dueAt + LOST_AFTER_MS) return
    // A timer that is overdue is made up for at once: others may wait for it.
    this.#dueAt = Math.min(at, Math.max(now, this.#dueAt))
    this.#background.run(() => {
      if (this.#timer !== undefined) runtime.clearTimer(this.#timer)
      this.#timer = runtime.setTimer(this.#onTimer, Math.max(0, Math.min(this.#dueAt - runtime.now(), MAX_MS)))
      this.rest(this.#isResting)
    })
  }

  /** While nothing waits, the timer stays, but keeps no process alive. */
  rest(isResting: boolean): void {
    this.#isResting = isResting
    if (isResting) this.#timer?.unref?.()
    else this.#timer?.ref?.()
  }

  // After a stall of the whole process, an answer may lie in the socket already: it gets one more turn.
  readonly #onTimer = (): void => {
    this.#timer = undefined
    this.#dueAt = Number.POSITIVE_INFINITY
    runtime.nextTurn(() => this.#look(runtime.now()))
  }
}
