import { writePage, writeResults } from './files.ts'
import { parseArguments, USAGE } from './plan.ts'
import { partsOf } from './report.ts'
import { run } from './run.ts'

async function main(): Promise<void> {
  const { plan, dry, report, help } = parseArguments(process.argv.slice(2))
  if (help) {
    process.stdout.write(USAGE)
    return
  }
  if (!report) {
    const results = await run(plan, (what) => void process.stderr.write(`${what}\n`))
    const { counts, cases, targets } = partsOf(results)
    process.stdout.write(`\n${[counts, cases, targets, `${results.tookSeconds} s`].join('\n\n')}\n`)
    if (results.counts.some(({ admitted, allowed }) => admitted !== allowed)) process.exitCode = 1
    if (dry) return
    await writeResults(results)
  }
  process.stdout.write(`${await writePage()}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
