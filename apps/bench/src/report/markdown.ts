import { machineLine, table } from '@rl/measure'
import type { Verdict } from '../judge.ts'
import type { Results } from '../results.ts'
import type { Scenario } from '../scenario.ts'
import { gridsOf } from './grid.ts'
import { USERS_HEAD, usersRows, VERDICT_HEAD, verdictRows } from './verdicts.ts'

/** The part written by hand, and the plots. */
export interface Surroundings {
  /** Text with `{{users}}`, `{{chart}}`, `{{machine}}`, `{{targets}}`, `{{why}}`, `{{growth}}` and `{{scenarios}}` where those belong. */
  readonly template: string
  readonly notes: string
  /** Plots of a scenario, or of `targets`, as paths from the page. */
  readonly plots: ReadonlyMap<string, readonly string[]>
}

/** Scenarios with a section to themselves. */
const GROWTH = 'growth'

/** The first plot of this one stands for all. */
const CHART = 'callers'

/** A page of a run. */
export function markdownReport(
  results: Results,
  scenarios: readonly Scenario[],
  verdicts: readonly Verdict[],
  { template, notes, plots }: Surroundings,
): string {
  const sections = (belongs: (scenario: Scenario) => boolean): string =>
    scenarios
      .filter(belongs)
      .map((scenario) => scenarioSection(results, scenario, plots.get(scenario.name)))
      .filter(Boolean)
      .join('\n\n')
  const chart = scenarios.find(({ name }) => name === CHART)
  const parts: Record<string, string> = {
    users: table(USERS_HEAD, usersRows(verdicts)),
    chart: images(chart?.title ?? '', plots.get(CHART)?.slice(0, 1)).trim(),
    machine: machineSection(results),
    targets: `${images('Targets', plots.get('targets'))}${table(VERDICT_HEAD, emphasized(verdictRows(verdicts)))}`,
    why: notes.trim(),
    growth: sections(({ group }) => group === GROWTH),
    scenarios: sections(({ group }) => group !== GROWTH),
  }
  return template.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => parts[name] ?? placeholder)
}

function machineSection({ machine, versions, mode, rounds, roundMs, startedAt, tookSeconds }: Results): string {
  return table(
    ['', ''],
    [
      ['machine', machineLine(machine)],
      ['run', `${mode}, ${startedAt.slice(0, 10)}, ${tookSeconds} s, ${rounds} rounds of ${roundMs} ms`],
      ['load average before', String(machine.loadBefore)],
      ...Object.entries(versions),
    ],
  )
}

function scenarioSection(
  { scenarios }: Results,
  { name, title, about, tables }: Scenario,
  plots: readonly string[] | undefined,
): string {
  const result = scenarios.find((each) => each.name === name)
  if (result === undefined) return ''
  const figures = result.figures.filter(({ metric }) => tables?.includes(metric) ?? true)
  const grids = gridsOf(figures).map(({ head, rows }) => table(head, rows))
  return [`### ${title}`, about, images(title, plots).trim(), ...grids].filter(Boolean).join('\n\n')
}

function images(title: string, paths: readonly string[] | undefined): string {
  return (paths ?? []).map((path) => `![${title}](${path})\n\n`).join('')
}

function emphasized(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map((row) => row.map((text) => (text === 'missed' ? '**missed**' : text)))
}
