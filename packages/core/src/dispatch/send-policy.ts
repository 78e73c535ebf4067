/** No script is to hold the server for more than about half a millisecond. */
export const MAX_WEIGHT = 256
/** Below this, a command costs more than what it carries. */
const MIN_WEIGHT = 16
/** With more operations than this for each wanted command, one command fewer is quicker: two already keep both sides busy. */
const PLENTY = 32
/** Commands may overtake the round trip, but not pile up in the client. */
const MAX_IN_FLIGHT = 16

/**
 * The weight to send now, 0 to wait. With fewer commands in flight than the store wants, what waits is shared out among those
 * that are missing. Otherwise entries gather until one is answered, until they fill a command, or until something is urgent.
 *
 * @param queued The weight that waits.
 * @param underWay The operations in the commands under way.
 * @param inFlight Commands under way.
 * @param parallelism How many commands the store wants under way at once.
 */
export function weightToSend(
  queued: number,
  underWay: number,
  inFlight: number,
  parallelism: number,
  isUrgent: boolean,
): number {
  const isPlenty = parallelism > 2 && queued + underWay > parallelism * PLENTY
  const missing = parallelism - inFlight - (isPlenty ? 1 : 0)
  const isDue = isUrgent || missing > 0 || queued >= MAX_WEIGHT
  if (queued === 0 || !isDue || inFlight >= MAX_IN_FLIGHT) return 0
  const share = Math.ceil(queued / Math.max(1, missing))
  return Math.min(Math.max(share, MIN_WEIGHT), MAX_WEIGHT)
}
