/** Seconds that graphs show. */
export const SPAN_SECONDS = 300

/** Seconds that a rate shown as a number is the average of. */
const RECENT_SECONDS = 10

/** A value of each second, oldest first. Null: nothing is known of that second. */
export type Column = readonly (number | null)[]

/** Values by name over the last {@link SPAN_SECONDS} seconds until and with `until`. */
export interface History<Name extends string> {
  /** Seconds since the epoch. */
  readonly until: number
  readonly columns: Readonly<Record<Name, Column>>
}

/** @param values For each name, of the seconds until and with `until`, at most as many as graphs show; the others are unknown. */
export function beginHistory<Name extends string>(
  until: number,
  values: Readonly<Record<Name, readonly number[]>>,
): History<Name> {
  const fill = (known: readonly number[]): Column => {
    const shown = known.slice(-SPAN_SECONDS)
    return [...new Array<null>(SPAN_SECONDS - shown.length).fill(null), ...shown]
  }
  return { until, columns: mapValues(values, fill) }
}

/** With one second more; seconds that were left out in between are unknown. A second that is known already changes nothing. */
export function addSecond<Name extends string>(
  { until, columns }: History<Name>,
  second: number,
  values: Readonly<Record<Name, number>> | undefined,
): History<Name> {
  const steps = second - until
  if (steps <= 0) return { until, columns }
  const unknown = new Array<null>(Math.min(steps, SPAN_SECONDS) - 1).fill(null)
  const add = (column: Column, name: Name): Column =>
    [...column, ...unknown, values?.[name] ?? null].slice(-SPAN_SECONDS)
  return { until: second, columns: mapValues(columns, add) }
}

/** The average of the last ten seconds that are known. */
export function recentAverage(column: Column): number {
  const known = column.slice(-RECENT_SECONDS).filter((value) => value !== null)
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** The seconds that the columns are about. */
export function secondsUntil(until: number): readonly number[] {
  return Array.from({ length: SPAN_SECONDS }, (_, i) => until - SPAN_SECONDS + 1 + i)
}

function mapValues<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  map: (value: From, name: Name) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(record) as [Name, From][]
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)])) as Record<Name, To>
}
