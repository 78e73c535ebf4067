import { readDocuments } from './documents.ts'

/** Quotes that the README must have, word by word, made of the pages of measurements. */
export function quotedFigures(): readonly string[] {
  const reliability = textOf('docs/evidence/faults.md')
  const soak = rowsUnder(reliability, '| store | storms |')
  const total = (column: number): number => soak.reduce((sum, row) => sum + numberOf(row[column]), 0)
  const millions = Math.floor(total(2) / 1e6)
  return [
    firstIn(reliability, /^(\d+ kinds of faults, \d+ pairs of fault and store)\.$/m),
    `${firstIn(reliability, /^`soak --minutes (\d+) /m)} minutes, ${millions} million decisions, ${total(5).toLocaleString('en')} faults; ${total(6)} violations, ${total(7)} unsettled calls`,
  ]
}

function textOf(page: string): string {
  return readDocuments().find(({ path }) => path === page)?.text ?? ''
}

function firstIn(text: string, pattern: RegExp): string {
  const [, found] = pattern.exec(text) ?? []
  if (found === undefined) throw new Error(`the page has no ${pattern}`)
  return found
}

/** The cells of a table, found by how its head begins. */
function rowsUnder(text: string, head: string): readonly (readonly string[])[] {
  const start = text.indexOf(head)
  const table = text.slice(start, text.indexOf('\n\n', start)).split('\n').slice(2)
  if (start === -1 || table.length === 0) throw new Error(`the page has no table ${head}`)
  return table.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

function numberOf(cell = ''): number {
  return Number(cell.replaceAll(',', ''))
}
