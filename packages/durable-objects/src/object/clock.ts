/** A clock that is further behind than this was not set back: what was stored is wrong, and must not stop time. */
const MOST_BEHIND_MS = 3_600_000

/**
 * Milliseconds since the epoch, never less than before, nor than what was stored: an object may move to a machine whose clock is
 * behind. `Date.now()` stands still while an object answers a request, so that all operations of one have the same time.
 */
export class Clock {
  #latest = 0

  /** @param stored When what is read now was written. */
  read(stored = 0): number {
    const clock = Date.now()
    const earlier = [this.#latest, stored].filter((time) => time <= clock + MOST_BEHIND_MS)
    this.#latest = Math.max(clock, ...earlier)
    return this.#latest
  }
}
