export const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * How long to wait until the next sweep, from a minute to a day. A sweep reads all rows: less often where most of them stay, so that
 * few rows are read for each that is removed, and more often where most can go, so that few wait to be removed.
 */
export function nextPause(pauseMs: number, removed: number, left: number): number {
  return removed < left ? Math.min(pauseMs * 2, DAY_MS) : Math.max(pauseMs / 2, MINUTE_MS)
}

/** When to sweep rows of which the first ends at `firstEnd`. */
export function firstSweepAt(firstEnd: number, pauseMs: number, now: number): number {
  return now + Math.min(Math.max(firstEnd - now, pauseMs), DAY_MS)
}
