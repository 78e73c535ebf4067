import type { StoreError } from '../errors.ts'
import type { Breaker } from './breaker.ts'
import { LOOKS } from './deadline-ticker.ts'
import type { Entry } from './entry.ts'
import type { Flight, InFlight } from './in-flight.ts'
import { lateError } from './late-error.ts'
import type { RetryQueue } from './retry-queue.ts'
import type { SendQueue } from './send-queue.ts'
import { fail } from './settle.ts'

/** What a look at everything that waits found. */
export interface Look {
  /** When to look again, by the monotonic clock; `Infinity` if nothing waits. */
  readonly nextAt: number
  /** Entries have waited for the replies of others too long, or are due to be sent again. */
  readonly isUrgent: boolean
  /** Commands that the breaker is to count as failed. */
  readonly overdue: readonly StoreError[]
}

/** Fails what is late, and puts back into the queue what is due to be sent again. */
export function lookAfter(
  queue: SendQueue,
  retries: RetryQueue,
  inFlight: InFlight,
  breaker: Breaker,
  now: number,
): Look {
  let nextAt = Number.POSITIVE_INFINITY
  let isUrgent = false
  for (const { lane, chunk } of retries.takeDue(now)) {
    queue.putBack(lane, chunk)
    isUrgent = true
  }
  for (const entry of [...queue.entries(), ...retries.entries()]) {
    if (entry.state === 'settled') continue
    const waitMs = entry.deadlineMs / LOOKS
    if (entry.deadlineAt <= now) fail(entry, lateError(entry, 'not-executed'))
    else nextAt = Math.min(nextAt, entry.deadlineAt, now + waitMs)
    if (entry.state === 'queued' && entry.deadlineAt - now <= entry.deadlineMs - waitMs) isUrgent = true
  }
  const overdue: StoreError[] = []
  for (const flight of [...inFlight.flights]) {
    const overdueAt = flight.sentAt + breaker.longestDeadlineMs
    const late = failLate(flight, now)
    if (flight.entries.every(({ state }) => state === 'settled')) inFlight.giveUp(flight)
    for (const { state, deadlineAt } of flight.entries) if (state === 'in-flight') nextAt = Math.min(nextAt, deadlineAt)
    const isOverdue = overdueAt <= now || (late !== undefined && late.deadlineMs >= breaker.longestDeadlineMs)
    if (!isOverdue) {
      nextAt = Math.min(nextAt, overdueAt)
    } else if (!flight.isOverdue) {
      flight.isOverdue = true
      overdue.push(lateError(late ?? (flight.entries[0] as Entry), 'unknown'))
    }
    // A reply that comes later still is read, but the dispatcher need not remember the command.
    if (isOverdue && flight.isGivenUp) inFlight.forget(flight)
  }
  return { nextAt: Math.min(nextAt, retries.dueAt), isUrgent, overdue }
}

/** Gives up those entries of a command that are late. The others still wait. @returns the one with the longest deadline. */
function failLate(flight: Flight, now: number): Entry | undefined {
  let longest: Entry | undefined
  for (const entry of flight.entries) {
    if (entry.state !== 'in-flight' || entry.deadlineAt > now) continue
    fail(entry, lateError(entry, 'unknown'))
    if (longest === undefined || entry.deadlineMs > longest.deadlineMs) longest = entry
  }
  return longest
}
