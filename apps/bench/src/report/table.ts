import Table from 'cli-table3'
import type { Verdict } from '../judge.ts'
import type { Results } from '../results.ts'
import type { Scenario } from '../scenario.ts'
import { gridsOf } from './grid.ts'
import { VERDICT_HEAD, verdictRows } from './verdicts.ts'

/** The whole run, for a terminal. */
export function terminalReport(results: Results, scenarios: readonly Scenario[], verdicts: readonly Verdict[]): string {
  const sections = results.scenarios.map((result) => {
    const title = scenarios.find(({ name }) => name === result.name)?.title ?? result.name
    return [title, ...gridsOf(result.figures).map(({ head, rows }) => table(head, rows))].join('\n')
  })
  const judged = verdicts.filter(({ measured }) => measured !== undefined)
  if (judged.length > 0) sections.push(`Targets\n${table(VERDICT_HEAD, verdictRows(judged))}`)
  return `${sections.join('\n\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}
