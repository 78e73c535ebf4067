import type { Fault } from './fault.ts'
import type { Measured } from './figures.ts'
import { GROUPS } from './groups/index.ts'
import { ALL_REDIS, type StoreName } from './stores.ts'

/** The generated parts of docs/reliability.md, by name. */
export function partsOf(measured: readonly Measured[], soak: Soak | undefined): Readonly<Record<string, string>> {
  return { summary: summary(measured), faults: faultTable(measured), soak: soakText(soak) }
}

/** What a soak left in docs/reliability.json: headings and rows of text, as it is to be shown. */
export interface Soak {
  readonly about: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
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
  return `${soak.about}\n\n${table(soak.columns, soak.rows)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
