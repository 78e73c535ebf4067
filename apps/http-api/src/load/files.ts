import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { fillIn, writeJson } from '@rl/measure'
import { partsOf } from './report.ts'
import type { Results } from './results.ts'

const APP = new URL('../../', import.meta.url)
const FIGURES = new URL('figures/overhead.json', APP)
const PAGE = new URL('../../docs/evidence/http-overhead.md', APP)

export async function readResults(): Promise<Results> {
  return JSON.parse(await readFile(FIGURES, 'utf8')) as Results
}

export function writeResults(results: Results): Promise<void> {
  return writeJson(FIGURES, results)
}

export function readPage(): Promise<string> {
  return readFile(PAGE, 'utf8')
}

/** Writes the figures of the last run into `docs/evidence/http-overhead.md`, and says where that is. */
export async function writePage(): Promise<string> {
  await writeFile(PAGE, fillIn(await readPage(), partsOf(await readResults())))
  return fileURLToPath(PAGE)
}
