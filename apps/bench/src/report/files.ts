import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { writeJson } from '@rl/measure'
import type { Results } from '../results.ts'
import type { Scenario } from '../scenario.ts'
import { judge, TARGETS } from '../targets.ts'
import { markdownReport } from './markdown.ts'
import { drawPlots } from './plots.ts'

const APP = new URL('../../', import.meta.url)
const DOCS = new URL('../../docs/', APP)
const RESULTS = new URL('results.json', APP)

export async function readResults(): Promise<Results> {
  return JSON.parse(await readFile(RESULTS, 'utf8')) as Results
}

export function writeResults(results: Results): Promise<void> {
  return writeJson(RESULTS, results)
}

/** Writes `docs/performance.md` and its plots, and says where. */
export async function writeReport(results: Results, scenarios: readonly Scenario[]): Promise<string> {
  const verdicts = judge(TARGETS, results)
  await mkdir(new URL('plots/', DOCS), { recursive: true })
  const plots = new Map<string, string[]>()
  for (const { of, file, svg } of drawPlots(results, scenarios, verdicts)) {
    await writeFile(new URL(`plots/${file}`, DOCS), svg)
    plots.set(of, [...(plots.get(of) ?? []), `plots/${file}`])
  }
  const [template, notes] = await Promise.all(
    ['performance.template.md', 'notes.md'].map((name) => readFile(new URL(name, APP), 'utf8')),
  )
  const report = new URL('performance.md', DOCS)
  const surroundings = { template: template ?? '', notes: notes ?? '', plots }
  await writeFile(report, markdownReport(results, scenarios, verdicts, surroundings))
  return fileURLToPath(report)
}
