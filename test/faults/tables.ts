import type { Fault } from './fault.ts'
import type { Measured } from './figures.ts'
import { GROUPS } from './groups/index.ts'
import { ALL_REDIS, type StoreName } from './stores.ts'

/** The generated parts of docs/evidence/faults.md, by name. */
export function partsOf(measured: readonly Measured[], soak: Soak | undefined): Readonly<Record<string, string>> {
  return { summary: summary(measured), faults: faultTable(measured), soak: soakText(soak) }
}

type Figures = Readonly<Record<string, string | number>>

/** A soak's results in docs/evidence/faults.json. */
export interface Soak {
  readonly seed: number
  readonly minutes: number
  readonly errors: number
  readonly storms: readonly Figures[]
  readonly failovers: readonly Figures[]
}

const STORM_COLUMNS = {
  store: 'store',
  storms: 'storms',
  decisions: 'decisions',
  denied: 'denied',
  unknown: 'of unknown outcome',
  faults: 'faults',
  violations: 'violations',
  unsettled: 'unsettled calls',
  keysWithoutTtl: 'keys without TTL',
  recoveryMs: 'longest recovery, ms',
}

const FAILOVER_COLUMNS = {
  of: 'failover of',
  failovers: 'rounds',
  limit: 'limit',
  mostOver: 'most over it',
  meanOver: 'mean over it',
  outageMs: 'longest outage, ms',
  violations: 'violations',
  unsettled: 'unsettled calls',
}

function summary(measured: readonly Measured[]): string {
  const faults = GROUPS.flatMap((group) => group.faults)
  const cells = faults.reduce((sum, { stores }) => sum + stores.length, 0)
  const total = (of: 'calls' | 'failed'): string =>
    measured.reduce((sum, each) => sum + each[of], 0).toLocaleString('en')
  return [
    `${faults.length} kinds of faults, ${cells} pairs of fault and store.`,
    `In the run recorded here ${total('calls')} calls were made, ${total('failed')} of which a fault made fail.`,
    `The latest settled ${worst(measured, 'latestMs')} ms after its deadline,`,
    `and calls succeeded again ${worst(measured, 'recoveredMs')} ms after the end of a fault at the latest.`,
  ].join('\n')
}

function faultTable(measured: readonly Measured[]): string {
  const head = ['what happens', 'stores', 'asserted besides', 'late by, ms', 'back after, ms', 'over by, units']
  const rows = GROUPS.flatMap(({ title, faults }) => [
    [`**${title}**`, '', '', '', '', ''],
    ...faults.map((fault) =>
      row(
        fault,
        measured.filter((each) => each.fault === fault.title),
      ),
    ),
  ])
  return table(head, rows)
}

function row(fault: Fault<never>, figures: readonly Measured[]): readonly string[] {
  const { title, stores, asserted } = fault
  const worsts = (['latestMs', 'recoveredMs', 'overAdmitted'] as const).map((of) => worst(figures, of))
  return [title, storesText(stores), asserted, ...worsts]
}

function worst(figures: readonly Measured[], of: 'latestMs' | 'recoveredMs' | 'overAdmitted'): string {
  return figures.length === 0 ? '' : String(Math.max(...figures.map((each) => each[of])))
}

function storesText(stores: readonly StoreName[]): string {
  const missing = ALL_REDIS.filter((store) => !stores.includes(store))
  if (missing.length === 0) return 'all seven'
  return missing.length === 1 ? `all but ${missing[0]}` : stores.join(', ')
}

function soakText(soak: Soak | undefined): string {
  if (soak === undefined) return 'No figures of a soak were recorded yet.'
  const { minutes, seed, errors, storms, failovers } = soak
  const about = `\`soak --minutes ${Math.floor(minutes)} --seed ${seed}\`, ${errors} rounds without a result:`
  return [about, columns(STORM_COLUMNS, storms), columns(FAILOVER_COLUMNS, failovers)].join('\n\n')
}

function columns(titles: Readonly<Record<string, string>>, figures: readonly Figures[]): string {
  const cell = (value: string | number | undefined): string =>
    typeof value === 'number' ? value.toLocaleString('en') : String(value)
  return table(
    Object.values(titles),
    figures.map((each) => Object.keys(titles).map((name) => cell(each[name]))),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
