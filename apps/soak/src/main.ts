import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Arguments, parseArguments, USAGE } from './soak/arguments.ts'
import { isBroken, type Result, runTarget, runUntil } from './soak/rounds.ts'
import { displayOn, tablesOf } from './soak/show.ts'
import { summarize } from './soak/summary.ts'

const FILE = new URL('../../../docs/evidence/faults.json', import.meta.url)

async function main(): Promise<void> {
  const settings = parseArguments(process.argv.slice(2))
  if (settings.help) {
    process.stdout.write(USAGE)
    return
  }
  const started = performance.now()
  const results = await soak(settings)
  const minutes = Math.round((performance.now() - started) / 6000) / 10
  const summary = summarize(results, settings.seed, minutes)
  process.stdout.write(tablesOf(summary))
  if (results.length === 0 || results.some(isBroken)) process.exitCode = 1
  if (!settings.write) return
  await writeFile(FILE, `${JSON.stringify(summary, null, 2)}\n`)
  process.stdout.write(`written to ${fileURLToPath(FILE)}\n`)
}

async function soak({ minutes, seed, replay }: Arguments): Promise<readonly Result[]> {
  const results: Result[] = []
  const display = displayOn(process.stderr, minutes)
  const tell = (result: Result): void => {
    results.push(result)
    display.tell(result)
  }
  const end = performance.now() + minutes * 60_000
  let interrupted = false
  // The rounds under way are finished; a second Ctrl-C ends them as well.
  process.once('SIGINT', () => {
    interrupted = true
  })
  try {
    if (replay !== undefined) tell(await runTarget(replay))
    else await runUntil(() => interrupted || performance.now() > end, seed, tell)
  } finally {
    display.stop()
  }
  return results
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
