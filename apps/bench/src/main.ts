import { runAgainst } from './against/run.ts'
import { type Arguments, parseArguments, USAGE } from './arguments.ts'
import { judge } from './judge.ts'
import {
  dropUnfinished,
  readResults,
  readUnfinished,
  writeReport,
  writeResults,
  writeUnfinished,
} from './report/files.ts'
import { progressOn } from './report/progress.ts'
import { terminalReport } from './report/table.ts'
import type { Results } from './results.ts'
import { run } from './run.ts'
import { casesOf, type Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios/index.ts'
import { writeScale } from './simulation/write-scale.ts'
import { TARGETS } from './targets.ts'

const say = (what: string): void => void process.stderr.write(`${what}\n`)
const print = (what: string): void => void process.stdout.write(`${what}\n`)

async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2), SCENARIOS)
  const { plan, reportOnly, against, pairs, help } = options
  if (help) return print(`${USAGE}\nScenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}`)
  if (reportOnly) return print(await writeReport(await readResults(), SCENARIOS))
  const chosen = await runnable(options)
  if (against === undefined) return measure(chosen, options)
  const only = chosen.map(({ name }) => name)
  print(await runAgainst({ ref: against, only, plan, pairs }, progressOn(process.stderr)))
}

/** The scenarios asked for; where all were, without those that this machine can't run. */
async function runnable({ only }: Arguments): Promise<readonly Scenario[]> {
  const chosen: Scenario[] = []
  for (const scenario of SCENARIOS) {
    if (!(only?.includes(scenario.name) ?? true)) continue
    try {
      await scenario.needs?.()
      chosen.push(scenario)
    } catch (error) {
      if (only !== undefined || !(error instanceof Error)) throw error
      say(`left out: ${scenario.name}. ${error.message}`)
    }
  }
  return chosen
}

async function measure(chosen: readonly Scenario[], { plan, only, write, resume }: Arguments): Promise<void> {
  const earlier = resume ? await readUnfinished() : undefined
  const results = await run(chosen, plan, progressOn(process.stderr), {
    earlier,
    ...(write && { save: writeUnfinished }),
  })
  print(terminalReport(results, SCENARIOS, judge(TARGETS, results)))
  print(`${results.tookSeconds} s`)
  if (!write) return
  const left = only === undefined ? [] : leftOut(results, plan)
  if (left.length > 0) return print(`not measured yet: ${left.join(', ')}; nothing is written before`)
  await writeResults(results)
  await dropUnfinished()
  print(await writeReport(results, SCENARIOS))
  for (const line of await writeScale(results, say)) print(line)
}

function leftOut({ scenarios }: Results, plan: Arguments['plan']): readonly string[] {
  const done = new Set(scenarios.map(({ name }) => name))
  return SCENARIOS.filter((each) => casesOf(each, plan).length > 0 && !done.has(each.name)).map(({ name }) => name)
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
