import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { writeJson } from '@rl/measure'
import { judge } from '../judge.ts'
import type { Results } from '../results.ts'
import type { Scenario } from '../scenario.ts'
import { TARGETS } from '../targets.ts'
import { markdownReport } from './markdown.ts'
import { drawPlots } from './plots.ts'

const APP = new URL('../../', import.meta.url)
const DOCS = new URL('../../docs/', APP)
const PLOTS = new URL('plots/', DOCS)
const RESULTS = new URL('results.json', APP)
const UNFINISHED = new URL('node_modules/.cache/unfinished.json', APP)

const PAGES = [
  { page: 'performance.md', template: 'performance.template.md', plots: 'plots/' },
  { page: 'evidence/performance.md', template: 'evidence.template.md', plots: '../plots/' },
]

export function readResults(): Promise<Results> {
  return readJson(RESULTS)
}

export function writeResults(results: Results): Promise<void> {
  return writeJson(RESULTS, results)
}

/** The results of a run that was interrupted, if there is one. */
export async function readUnfinished(): Promise<Results | undefined> {
  try {
    return await readJson(UNFINISHED)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

export async function writeUnfinished(results: Results): Promise<void> {
  await mkdir(new URL('.', UNFINISHED), { recursive: true })
  await writeJson(UNFINISHED, results)
}

export function dropUnfinished(): Promise<void> {
  return rm(UNFINISHED, { force: true })
}

/** Writes the pages and their plots, and says where. Plots that no page shows any more are removed. */
export async function writeReport(results: Results, scenarios: readonly Scenario[]): Promise<string> {
  const verdicts = judge(TARGETS, results)
  const drawn = drawPlots(results, scenarios, verdicts)
  await mkdir(PLOTS, { recursive: true })
  for (const { file, svg } of drawn) await writeFile(new URL(file, PLOTS), svg)
  const isShown = (file: string): boolean => drawn.some((each) => each.file === file)
  for (const file of await readdir(PLOTS)) if (!isShown(file)) await rm(new URL(file, PLOTS))

  const notes = await readFile(new URL('notes.md', APP), 'utf8')
  const written: string[] = []
  for (const { page, template, plots: folder } of PAGES) {
    const plots = new Map<string, string[]>()
    for (const { of, file } of drawn) plots.set(of, [...(plots.get(of) ?? []), `${folder}${file}`])
    const surroundings = { template: await readFile(new URL(template, APP), 'utf8'), notes, plots }
    const path = new URL(page, DOCS)
    await mkdir(new URL('.', path), { recursive: true })
    await writeFile(path, markdownReport(results, scenarios, verdicts, surroundings))
    written.push(fileURLToPath(path))
  }
  return written.join('\n')
}

async function readJson(file: URL): Promise<Results> {
  return JSON.parse(await readFile(file, 'utf8')) as Results
}
