import { machineLine, table } from '@rl/measure'
import type { Results, ScenarioResult } from '../results.ts'
import type { Scenario } from '../scenario.ts'
import type { Verdict } from '../targets.ts'
import { gridsOf } from './grid.ts'
import { VERDICT_HEAD, verdictRows } from './verdicts.ts'

/** What is written by hand, and what was drawn. */
export interface Surroundings {
  /** Text with `{{machine}}`, `{{targets}}`, `{{scenarios}}` and `{{why}}` where those belong. */
  readonly template: string
  readonly notes: string
  /** Plots of a scenario, or of `targets`, as paths from the report. */
  readonly plots: ReadonlyMap<string, readonly string[]>
}

/** `docs/performance.md`. */
export function markdownReport(
  results: Results,
  scenarios: readonly Scenario[],
  verdicts: readonly Verdict[],
  { template, notes, plots }: Surroundings,
): string {
  const parts: Record<string, string> = {
    machine: machineSection(results),
    targets: `${images('Targets', plots.get('targets'))}${table(VERDICT_HEAD, emphasized(verdictRows(verdicts)))}`,
    why: notes.trim(),
    scenarios: results.scenarios
      .map((result) => scenarioSection(result, scenarios, plots.get(result.name)))
      .join('\n\n'),
  }
  return template.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => parts[name] ?? placeholder)
}

function machineSection({ machine, versions, mode, rounds, roundMs, startedAt, tookSeconds }: Results): string {
  return [
    table(
      ['', ''],
      [
        ['machine', machineLine(machine)],
        ['run', `${mode}, ${startedAt.slice(0, 10)}, ${tookSeconds} s, ${rounds} rounds of ${roundMs} ms`],
        ['load average before', String(machine.loadBefore)],
        ...Object.entries(versions),
      ],
    ),
  ].join('\n')
}

function scenarioSection(
  result: ScenarioResult,
  scenarios: readonly Scenario[],
  plots: readonly string[] | undefined,
): string {
  const scenario = scenarios.find(({ name }) => name === result.name)
  const title = scenario?.title ?? result.name
  const grids = gridsOf(result).map(({ head, rows }) => table(head, rows))
  return [`### ${title}`, scenario?.about ?? '', images(title, plots).trim(), ...grids].filter(Boolean).join('\n\n')
}

function images(title: string, paths: readonly string[] | undefined): string {
  return (paths ?? []).map((path) => `![${title}](${path})\n\n`).join('')
}

function emphasized(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map((row) => row.map((text) => (text === 'missed' ? '**missed**' : text)))
}
