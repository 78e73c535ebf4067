/** How text is marked on a terminal. */
export interface Marks {
  readonly faint: (text: string) => string
  readonly bold: (text: string) => string
}

const PLAIN: Marks = { faint: (text) => text, bold: (text) => text }
const COLOURED: Marks = { faint: (text) => `\u001b[2m${text}\u001b[22m`, bold: (text) => `\u001b[1m${text}\u001b[22m` }

/** None in a pipe, and none where the user wants none. */
export function marksFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Marks {
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb' ? COLOURED : PLAIN
}

/**
 * Lines in columns: the first is of numbers and bold, the last may be of any text and any length.
 *
 * @param titles One for each column.
 */
export function table(titles: readonly string[], rows: readonly (readonly string[])[], { faint, bold }: Marks): string {
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: readonly string[]): string[] =>
    cells.map((cell, i) => (i === 0 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
  const lines = rows.map((row) => {
    const [first = '', ...rest] = line(row)
    return `${bold(first)}  ${rest.join('  ').trimEnd()}\n`
  })
  return `${faint(line(titles).join('  ').trimEnd())}\n${lines.join('')}`
}
