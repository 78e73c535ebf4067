import { StoreError } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { serverFailure } from './failure-line.ts'
import { startLimiters } from './fleet.ts'
import { openStore } from './open-store.ts'
import { pageOn } from './page.ts'
import { DEFAULT_PLAN } from './plan.ts'
import { startProcesses } from './process-fleet.ts'
import { ReportableError } from './reportable-error.ts'
import { runDemo } from './run.ts'
import { readSettings, USAGE } from './settings.ts'
import { type ServerTarget, serverName } from './target.ts'

/** With the exit codes that shells give them. */
const SIGNALS = { SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupted.abort(signal))
// The reader of the output, such as `head`, may have ended. Not by the signal, which a lost connection to a server sends too.
process.stdout.on('error', () => interrupted.abort('SIGPIPE'))

try {
  process.exitCode = (await main(interrupted.signal)) ? 0 : 1
} catch (error) {
  if (interrupted.signal.aborted) {
    process.exitCode = SIGNALS[interrupted.signal.reason as keyof typeof SIGNALS]
  } else if (error instanceof ReportableError) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = error.exitCode
  } else {
    throw error
  }
}

async function main(signal: AbortSignal): Promise<boolean> {
  const { help, picture, targets } = readSettings(process.argv.slice(2), process.env)
  const page = pageOn(process.stdout, process.env)
  if (help) {
    page.write(`${USAGE}\n`)
    return true
  }
  const common = { plan: DEFAULT_PLAN, page, picture, signal }
  const servers = targets.filter((target) => target.kind !== 'memory')
  const [first, ...others] = servers
  if (first === undefined) {
    const store = new MemoryStore()
    return runDemo({
      ...common,
      store,
      place: 'in the memory of this process',
      kindOfInstances: 'limiters',
      startFleet: (options) => startLimiters(store, options),
    })
  }
  return runOnServer([first, ...others])

  async function runOnServer(targets: readonly [ServerTarget, ...ServerTarget[]]): Promise<boolean> {
    const { store, close } = await openStore(targets[0])
    try {
      return await runDemo({
        ...common,
        store,
        place: `by ${serverName(targets[0])}`,
        kindOfInstances: 'processes',
        startFleet: (options) => startProcesses(targets, options, signal),
      })
    } catch (error) {
      throw error instanceof StoreError ? serverFailure(targets[0], error) : error
    } finally {
      close()
    }
  }
}
