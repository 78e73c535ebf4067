import { findRedisServer, startRedis } from '@rl/test-servers'
import { ReportableError } from './reportable-error.ts'

/** A redis-server that runs as long as the demo. */
export interface OwnServer {
  readonly url: string
  /** One line for the page. */
  readonly note: string
  stop(): Promise<void>
}

/**
 * Starts the redis-server of this machine on a free port; undefined if there is none. Installs nothing.
 *
 * @throws {ReportableError} when it does not start.
 */
export async function startOwnServer(): Promise<OwnServer | undefined> {
  try {
    const path = await findRedisServer()
    if (path === undefined) return undefined
    const server = await startRedis()
    const note = `${path} was started for this on port ${server.port}, and ends with it.`
    return { url: server.url, note, stop: () => server.stop() }
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : `${error}`).split(/[:.]?\n/)
    throw new ReportableError(`${reason}. Correct that, set REDIS_URL to a server that runs, or use --store memory.`)
  }
}

export const NO_SERVER_FOUND = 'No redis-server was found on PATH'
