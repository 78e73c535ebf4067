import { benchmarkResults } from './simulation/files.ts'
import { writeScale } from './simulation/write-scale.ts'

async function main(): Promise<void> {
  const lines = await writeScale(await benchmarkResults(), (what) => void process.stderr.write(`${what}\n`))
  process.stdout.write(`${lines.join('\n')}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
