import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreName } from './stores.ts'
import type { Figures } from './trial.ts'

const FOLDER = join(import.meta.dirname, 'figures')

/** The figures of one fault on one store. */
export interface Measured extends Figures {
  readonly fault: string
  readonly store: StoreName
}

/** Keeps a group's figures for the documentation, if `RL_RECORD` is set. */
export function record(group: string, measured: readonly Measured[]): void {
  if (process.env.RL_RECORD === undefined) return
  mkdirSync(FOLDER, { recursive: true })
  const file = `${group.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.json`
  writeFileSync(join(FOLDER, file), `[\n${measured.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`)
}

/** All figures that were kept. */
export function readFigures(): readonly Measured[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  return files.flatMap((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Measured[])
}
