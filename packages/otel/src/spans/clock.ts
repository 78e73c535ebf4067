/** How far the system's clock was set forward since the process began. */
let aheadMs = 0

/**
 * A moment of `performance.now()` as milliseconds since the epoch. A change of the system's clock is followed only above 2 ms,
 * as `Date.now()` leaves out fractions of a millisecond: the spans of a request would lose their order.
 */
export function toEpochMs(at: number): number {
  const { timeOrigin } = performance
  const measuredMs = Date.now() - timeOrigin - performance.now()
  if (Math.abs(measuredMs - aheadMs) > 2) aheadMs = measuredMs
  return timeOrigin + aheadMs + at
}
