import type { FailoverReport } from '../failover/failover.ts'
import { groupBy } from '../history/amounts.ts'
import type { StormReport } from '../storm/storm.ts'
import type { Result } from './rounds.ts'

/** All storms over one kind of store. */
interface StormSummary {
  readonly store: string
  readonly storms: number
  readonly decisions: number
  readonly denied: number
  /** Calls whose outcome is unknown. */
  readonly unknown: number
  readonly faults: number
  readonly violations: number
  readonly unsettled: number
  readonly keysWithoutTtl: number
  /** The longest that a client took to have an answer again, in milliseconds. */
  readonly recoveryMs: number
}

/** All failovers of one kind. */
interface FailoverSummary {
  readonly of: string
  readonly failovers: number
  readonly limit: number
  /** Units admitted beyond the limit in one window: the most ever, and on average. */
  readonly mostOver: number
  readonly meanOver: number
  /** The longest time in which no call was answered, in milliseconds. */
  readonly outageMs: number
  readonly violations: number
  readonly unsettled: number
}

export interface Summary {
  readonly seed: number
  readonly minutes: number
  readonly errors: number
  readonly storms: readonly StormSummary[]
  readonly failovers: readonly FailoverSummary[]
}

export function summarize(results: readonly Result[], seed: number, minutes: number): Summary {
  const storms = results.flatMap((result) => (result.type === 'storm' ? [result.report] : []))
  const failovers = results.flatMap((result) => (result.type === 'failover' ? [result.report] : []))
  return {
    seed,
    minutes,
    errors: results.filter(({ type }) => type === 'error').length,
    storms: Array.from(groupBy(storms, ({ kind }) => kind).values(), summaryOfStorms),
    failovers: Array.from(
      groupBy(failovers, ({ kind, client, lostBy }) => `${kind}, ${client}, master by ${lostBy}`),
      ([of, reports]) => summaryOfFailovers(of, reports),
    ).sort((one, other) => one.of.localeCompare(other.of)),
  }
}

function summaryOfStorms(reports: readonly StormReport[]): StormSummary {
  return {
    store: reports[0]?.kind ?? '',
    storms: reports.length,
    decisions: sum(reports, ({ decided }) => decided),
    denied: sum(reports, ({ denied }) => denied),
    unknown: sum(reports, ({ unknown }) => unknown),
    faults: sum(reports, ({ faults }) => faults),
    violations: sum(reports, ({ violations }) => violations.length),
    unsettled: sum(reports, ({ unsettled }) => unsettled),
    keysWithoutTtl: sum(reports, ({ keysWithoutTtl }) => keysWithoutTtl),
    recoveryMs: Math.round(most(reports, ({ recoveryMs }) => recoveryMs)),
  }
}

function summaryOfFailovers(of: string, reports: readonly FailoverReport[]): FailoverSummary {
  return {
    of,
    failovers: reports.length,
    limit: reports[0]?.limit ?? 0,
    mostOver: most(reports, ({ mostOver }) => mostOver),
    meanOver: Math.round((10 * sum(reports, ({ meanOver }) => meanOver)) / reports.length) / 10,
    outageMs: Math.round(most(reports, ({ outageMs }) => outageMs)),
    violations: sum(reports, ({ violations }) => violations.length),
    unsettled: sum(reports, ({ unsettled }) => unsettled),
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

function most<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((greatest, item) => Math.max(greatest, of(item)), 0)
}
