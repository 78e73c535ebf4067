import { readFile, writeFile } from 'node:fs/promises'
import { fillIn, writeJson } from '@rl/measure'
import { readResults } from '../report/files.ts'
import type { Results } from '../results.ts'
import type { Simulation } from './simulation.ts'
import { evidenceTablesOf, userTablesOf } from './tables.ts'

const APP = new URL('../../', import.meta.url)
const SIMULATION = new URL('simulation.json', APP)
const DOCS = new URL('../../docs/', APP)

/** @throws where there is no run of the benchmark yet. */
export async function benchmarkResults(): Promise<Results> {
  try {
    return await readResults()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('apps/bench/results.json is missing: run the benchmark first, `npx --yes pnpm@12 bench`')
    }
    throw error
  }
}

export async function readSimulation(): Promise<Simulation> {
  return JSON.parse(await readFile(SIMULATION, 'utf8')) as Simulation
}

/** A page with the parts of it that are generated. */
export interface Page {
  readonly url: URL
  readonly parts: Readonly<Record<string, string>>
}

export function pagesOf(simulation: Simulation): readonly Page[] {
  return [
    { url: new URL('scale.md', DOCS), parts: userTablesOf(simulation) },
    { url: new URL('evidence/scale.md', DOCS), parts: evidenceTablesOf(simulation) },
  ]
}

/** Writes `simulation.json` and the tables of both pages. The tables are made of what the file says. */
export async function writeSimulation(simulation: Simulation): Promise<void> {
  await writeJson(SIMULATION, simulation)
  for (const { url, parts } of pagesOf(await readSimulation())) {
    await writeFile(url, fillIn(await readFile(url, 'utf8'), parts))
  }
}
