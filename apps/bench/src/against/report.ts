import Table from 'cli-table3'
import { short } from '../report/format.ts'
import type { ComparedRow } from './compare.ts'

/** A line for each figure, and the rows that got worse again at the end. */
export function comparisonReport(rows: readonly ComparedRow[], before: string, after: string): string {
  const worse = rows.filter(({ verdict }) => verdict === 'worse')
  const [all, slow] = [rows, worse].map((list) => table(list, before, after))
  const explanation = `"× better" is the mean over the pairs of processes, with its lower and its upper bound, each at 95 %: below 1, ${after} is worse than ${before}.`
  if (worse.length === 0) return `${all}\n${explanation}\nNo row is worse.\n`
  return `${all}\n${explanation}\n\nWorse:\n${slow}\n`
}

function table(rows: readonly ComparedRow[], before: string, after: string): string {
  const head = ['scenario', 'case', 'subject', 'metric', before, after, '× better', '95 %', '']
  const table = new Table({ head, style: { head: [], border: [], compact: true } })
  for (const row of rows) {
    table.push([
      row.scenario,
      row.case,
      row.subject,
      row.metric,
      short(row.before),
      short(row.after),
      row.better.toFixed(3),
      `${row.low.toFixed(3)}–${row.high.toFixed(3)}`,
      row.verdict === 'same' ? '' : row.verdict,
    ])
  }
  return table.toString()
}
