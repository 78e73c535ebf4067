import type { Counts, Past } from '../../messages.ts'

/** Seconds that graphs show. */
export const SPAN_SECONDS = 300

/** Seconds that the rate shown as a number is the average of. */
const RECENT_SECONDS = 10

/** What becomes of a call. */
export const KINDS = ['admitted', 'denied', 'failed'] as const

/** A count of each second up to `until`, oldest first. Null: nothing is known of that second. */
type Column = readonly (number | null)[]

/** Calls per second of one limiter: the last {@link SPAN_SECONDS} seconds until and with `until`. */
export interface Rates {
  /** Seconds since the epoch. */
  readonly until: number
  readonly admitted: Column
  readonly denied: Column
  readonly failed: Column
}

/** What the server remembers of the time before the page was opened. */
export function ratesOfPast({ until, admitted, denied, failed }: Past): Rates {
  return { until, admitted: fill(admitted), denied: fill(denied), failed: fill(failed) }
}

/** With one second more; seconds that were left out in between are unknown. A second that is known already changes nothing. */
export function addSecond(rates: Rates, second: number, counts: Counts | undefined): Rates {
  const steps = second - rates.until
  if (steps <= 0) return rates
  const add = (column: Column, count: number | undefined): Column => {
    const unknown = new Array<null>(Math.min(steps, SPAN_SECONDS) - 1).fill(null)
    return [...column, ...unknown, count ?? null].slice(-SPAN_SECONDS)
  }
  return {
    until: second,
    admitted: add(rates.admitted, counts?.admitted),
    denied: add(rates.denied, counts?.denied),
    failed: add(rates.failed, counts?.failed),
  }
}

/** Calls per second over the last ten seconds that are known. */
export function recentRate(column: Column): number {
  const known = column.slice(-RECENT_SECONDS).filter((count) => count !== null)
  return known.length === 0 ? 0 : known.reduce((sum, count) => sum + count, 0) / known.length
}

/** The seconds that the columns are about. */
export function secondsUntil(until: number): readonly number[] {
  return Array.from({ length: SPAN_SECONDS }, (_, i) => until - SPAN_SECONDS + 1 + i)
}

function fill(counts: readonly number[]): Column {
  const known = counts.slice(-SPAN_SECONDS)
  return [...new Array<null>(SPAN_SECONDS - known.length).fill(null), ...known]
}
