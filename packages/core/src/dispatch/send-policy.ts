/** No script is to hold the server for more than about half a millisecond. */
export const MAX_WEIGHT = 256
/** Below this, a command costs more than what it carries. */
const MIN_WEIGHT = 16
/** Commands may overtake the round trip, but not pile up in the client. */
const MAX_IN_FLIGHT = 16

/**
 * Why a command might be sent now: an entry was added (after a full command was sent in this turn of the event loop), a planned
 * turn has come, or something must not wait for other commands.
 */
export type Reason = 'added' | 'added after a full one' | 'turn' | 'urgent'

/** To wait, to send at the end of this turn, or the weight to send now. */
export type SendAction = 'wait' | 'this turn' | number

/**
 * What to do with what waits. With nothing in flight, the entries of one turn leave together at its end. While commands are in
 * flight, entries gather until one is answered, until they fill a command, or until something is urgent.
 *
 * @param queued The weight that waits.
 * @param inFlight Commands under way.
 * @param parallelism How many commands the store wants under way at once.
 * @param atLeast The weight that must wait.
 */
export function nextSend(
  queued: number,
  inFlight: number,
  parallelism: number,
  reason: Reason,
  atLeast: number,
): SendAction {
  if (queued === 0) return 'wait'
  if (reason === 'added' || reason === 'added after a full one') {
    const mayBeSent = reason === 'added' || inFlight >= parallelism
    if (queued < MAX_WEIGHT || !mayBeSent) return inFlight === 0 ? 'this turn' : 'wait'
  }
  if (queued < atLeast || inFlight >= MAX_IN_FLIGHT) return 'wait'
  // Of such a size that `parallelism` commands keep the store busy.
  const share = Math.ceil(queued / Math.max(1, parallelism - inFlight))
  return Math.min(Math.max(share, MIN_WEIGHT), MAX_WEIGHT)
}
