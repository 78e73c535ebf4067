import { runAgainst } from './against/run.ts'
import { parseArguments, USAGE } from './arguments.ts'
import { readResults, writeReport, writeResults } from './report/files.ts'
import { progressOn } from './report/progress.ts'
import { terminalReport } from './report/table.ts'
import { run } from './run.ts'
import { SCENARIOS } from './scenarios/index.ts'
import { judge, TARGETS } from './targets.ts'

const names = SCENARIOS.map(({ name }) => name)

async function main(): Promise<void> {
  const { plan, only, write, reportOnly, against, help } = parseArguments(process.argv.slice(2), names)
  if (help) {
    process.stdout.write(`${USAGE}\nScenarios: ${names.join(', ')}\n`)
    return
  }
  if (reportOnly) {
    process.stdout.write(`${await writeReport(await readResults(), SCENARIOS)}\n`)
    return
  }
  if (against !== undefined) {
    process.stdout.write(await runAgainst({ ref: against, only, plan }, progressOn(process.stderr)))
    return
  }
  const chosen = SCENARIOS.filter(({ name }) => only?.includes(name) ?? true)
  const results = await run(chosen, plan, progressOn(process.stderr))
  process.stdout.write(terminalReport(results, SCENARIOS, judge(TARGETS, results)))
  process.stdout.write(`\n${results.tookSeconds} s\n`)
  if (!write) return
  await writeResults(results)
  process.stdout.write(`${await writeReport(results, SCENARIOS)}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
