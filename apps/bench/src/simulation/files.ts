import { readFile, writeFile } from 'node:fs/promises'
import { fillIn, writeJson } from '@rl/measure'
import { readResults } from '../report/files.ts'
import type { Results } from '../results.ts'
import type { Simulation } from './simulation.ts'
import { tablesOf } from './tables.ts'

const APP = new URL('../../', import.meta.url)
const SIMULATION = new URL('simulation.json', APP)
export const DOCUMENT: URL = new URL('../../docs/scale.md', APP)

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

/** Writes `simulation.json` and the tables of `docs/scale.md`. The tables are made of what the file says. */
export async function writeSimulation(simulation: Simulation): Promise<void> {
  await writeJson(SIMULATION, simulation)
  const document = await readFile(DOCUMENT, 'utf8')
  await writeFile(DOCUMENT, fillIn(document, tablesOf(await readSimulation())))
}
