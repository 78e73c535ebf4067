import { type Decision, type Duration, OptionError } from '@rl/core'
import { checkInteger, parseDuration } from '@rl/core/check'

/** A clock that stands still until a test moves it. */
export interface TestClock {
  /** Milliseconds since the epoch. A function by itself: pass it wherever a clock is asked for. */
  readonly now: () => number
  /**
   * Moves it on.
   *
   * @param by Milliseconds, or a duration such as `'1m'`; more than 0.
   * @throws {OptionError} for anything else.
   */
  advance(by: Duration): void
  /**
   * Moves it to when the decision's window ends; for a denied decision, to when the call fits again.
   *
   * @throws {OptionError} for a decision without figures, one whose cost never fits, and one whose window has ended.
   * @example clock.advanceToReset(await limiter.limit('user_123'))
   */
  advanceToReset(decision: Decision): void
}

/** The start of a year, a month, a day and an hour. */
const START = Date.UTC(2026, 0, 1)

/**
 * A clock to be moved by hand, for stores and whatever else takes one.
 *
 * @param start Milliseconds since the epoch, an integer from 0 to 2^53-1. Default 2026-01-01T00:00:00Z, so that epoch windows of
 *   up to a day have just begun.
 * @throws {OptionError} for another start.
 * @example
 * const clock = testClock()
 * const store = testStore({ clock })
 * clock.advance('1m')
 */
export function testClock(start: number = START): TestClock {
  let now = checkInteger('start', start, 0)
  return {
    now: () => now,
    advance(by) {
      now = checkInteger('by', now + parseDuration('by', by), 0)
    },
    advanceToReset(decision) {
      const resetAt = resetOf(decision)
      if (resetAt <= now) throw new OptionError('decision', 'one whose window is open', 'one whose window has ended')
      now = resetAt
    },
  }
}

function resetOf(decision: Decision): number {
  const { source } = decision
  if (source === 'failure-policy' || !Number.isFinite(decision.resetAt)) {
    throw new OptionError('decision', 'one that a counter made', `one with source '${source}'`)
  }
  if (decision.retryAfterMs !== Number.POSITIVE_INFINITY) return decision.resetAt
  throw new OptionError('decision', 'one whose call fits in time', 'one whose cost is above a limit')
}
