import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type CommandName, HELP, OVERVIEW } from '../src/arguments/help.ts'
import { OPTIONS } from '../src/arguments/parse.ts'
import { EXIT } from '../src/failure.ts'
import { marksFor, table } from '../src/show/table.ts'
import { momentText, timeLeft } from '../src/show/time.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('README shows what peek prints', () => {
  const shown = /```text\n.*\n([\s\S]*?)```/.exec(README)?.[1]
  const ends = (at: number, left: number) => `${momentText(at)} (in ${timeLeft(left)})`
  const rows = [
    ['17', '1m', ends(Date.UTC(2026, 10, 28, 23, 51), 41_000)],
    ['130', '1d first-hit', ends(Date.UTC(2026, 10, 29, 8, 12, 37, 204), 30_137_204)],
  ]
  expect(shown).toBe(table(['USED', 'WINDOW', 'ENDS'], rows, marksFor(false, {})))
})

test('README and help name all exit codes, help of each command its options', () => {
  for (const text of [README, OVERVIEW]) {
    const said = Array.from(text.replaceAll(/\s+/g, ' ').matchAll(/(?:codes:|;) (\d) /g), ([, code]) => Number(code))
    expect(said).toEqual([EXIT.done, EXIT.failed, EXIT.usage, EXIT.declined])
  }
  for (const [command, options] of Object.entries(OPTIONS)) {
    for (const [name, { short }] of Object.entries(options)) {
      expect(HELP[command as CommandName]).toMatch(new RegExp(`--${name}.*${short === undefined ? '' : `, -${short}`}`))
    }
  }
})
