import type { StoreError } from '../errors.ts'
import { Chunk } from './chunk.ts'
import type { Entry } from './entry.ts'
import type { Failure, Flight, Landing } from './in-flight.ts'
import type { Lane } from './lane.ts'
import { backOffMs } from './retry-queue.ts'

/** Entries to be sent again, by lane. */
type Again = ReadonlyMap<Lane<Entry>, Chunk<Entry>>

/** What to do about the entries of a command that were not answered. */
export interface Verdict {
  /** Refused for the moment, with time left: to be sent again after a while. */
  readonly later: Again
  /** Refused together with other limiters' entries, which may be why: to be sent again at once, each limiter's apart. */
  readonly apart: Again
  readonly failed: readonly Failure[]
  /** What the breaker is to count. */
  readonly counted: StoreError | undefined
}

export function judge({ flight, failures, whole, hasAnswer, receivedAt }: Landing): Verdict {
  const later = new Map<Lane<Entry>, Chunk<Entry>>()
  const apart = new Map<Lane<Entry>, Chunk<Entry>>()
  const failed: Failure[] = []
  const isMixed = whole !== undefined && flight.entries.some(({ lane }) => lane !== flight.entries[0]?.lane)
  for (const failure of failures) {
    const { entry, error } = failure
    const hasTime = entry.deadlineAt - receivedAt > backOffMs(entry.refusals)
    if (error.transient && hasTime) again(later, entry, flight, false)
    else if (isMixed && error.outcome === 'not-executed' && !error.transient && !entry.wasSentApart) {
      entry.wasSentApart = true
      again(apart, entry, flight, true)
    } else failed.push(failure)
    entry.refusal = error
  }
  // A command that fails after all its callers gave up says how the store is, too.
  const counted =
    failures.length === 0 ? whole : failed.find(({ error }) => whole ?? error.outcome === 'unknown')?.error
  return { later, apart, failed, counted: hasAnswer ? undefined : counted }
}

/** The reply was read in the context of the flight's carrier, who can carry the next command as well. */
function again(chunks: Map<Lane<Entry>, Chunk<Entry>>, entry: Entry, flight: Flight, isApart: boolean): void {
  let chunk = chunks.get(entry.lane)
  if (chunk === undefined) {
    chunk = new Chunk(isApart)
    chunks.set(entry.lane, chunk)
    if (flight.carrierLane === entry.lane && flight.carrier?.isWaiting) chunk.carry(flight.carrier)
  }
  chunk.adopt(entry.chunk)
  chunk.add(entry)
}
