import { StoreError } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { serverFailure } from './failure-line.ts'
import { startLimiters } from './fleet.ts'
import { openStore } from './open-store.ts'
import { NO_SERVER_FOUND, startOwnServer } from './own-server.ts'
import { pageOn } from './page.ts'
import { DEFAULT_PLAN } from './plan.ts'
import { startProcesses } from './process-fleet.ts'
import { ReportableError } from './reportable-error.ts'
import { runDemo } from './run.ts'
import { type RedisStorage, readSettings, USAGE } from './settings.ts'
import { serverName, type Target } from './target.ts'

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
  const { help, picture, storage } = readSettings(process.argv.slice(2), process.env)
  const page = pageOn(process.stdout, process.env)
  if (help) {
    page.write(`${USAGE}\n`)
    return true
  }
  const common = { plan: DEFAULT_PLAN, page, picture, signal }
  if (storage.kind === 'memory') return inMemory()
  if (storage.kind === 'upstash') return onServer([storage])
  return onRedis(storage)

  function inMemory(): Promise<boolean> {
    const store = new MemoryStore()
    return runDemo({
      ...common,
      store,
      place: 'in the memory of this process',
      kindOfInstances: 'limiters',
      startFleet: (options) => startLimiters(store, options),
    })
  }

  async function onRedis({ clients, url, isAskedFor }: RedisStorage): Promise<boolean> {
    const own = url === undefined ? await startOwnServer() : undefined
    const where = url ?? own?.url
    if (where === undefined) {
      if (isAskedFor)
        throw new ReportableError(`${NO_SERVER_FOUND}: install one, set REDIS_URL, or use --store memory.`)
      page.write(`\n${NO_SERVER_FOUND}, so memory is used. With one, or with REDIS_URL, processes share the limit.\n`)
      return inMemory()
    }
    try {
      if (own !== undefined) page.write(`\n${own.note}\n`)
      return await onServer(clients.map((kind) => ({ kind, url: where })))
    } finally {
      await own?.stop()
    }
  }

  async function onServer(targets: readonly Target[]): Promise<boolean> {
    const [first] = targets as readonly [Target, ...Target[]]
    const { store, close } = await openStore(first)
    try {
      return await runDemo({
        ...common,
        store,
        place: `by ${serverName(first)}`,
        kindOfInstances: 'processes',
        startFleet: (options) => startProcesses(targets, options, signal),
      })
    } catch (error) {
      throw error instanceof StoreError ? serverFailure(first, error) : error
    } finally {
      close()
    }
  }
}
