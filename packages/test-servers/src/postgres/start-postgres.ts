import { execFile } from 'node:child_process'
import { appendFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../redis/free-port.ts'
import { ensurePostgres } from './ensure-postgres.ts'
import { ServerProcess } from './server-process.ts'
import { directoryOf, serverUser } from './user.ts'

const run = promisify(execFile)

/** How often a port that another process took first is replaced by a new one. */
const PORT_ATTEMPTS = 10

/** Options of {@link startPostgres}. */
export interface PostgresOptions {
  /** Lines of `postgresql.conf`, such as `{ deadlock_timeout: '50ms' }`. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** A running PostgreSQL on 127.0.0.1, with a user `postgres` that needs no password. It dies with this process. */
export interface PostgresServer {
  readonly port: number
  /** Such as `postgres://postgres@127.0.0.1:5432/postgres`. */
  readonly url: string
  /** Suspends the server and all its connections (SIGSTOP): nothing answers. */
  pause(): Promise<void>
  /** Ends a pause (SIGCONT). */
  resume(): Promise<void>
  /** Kills the server and all its connections at once (SIGKILL), as a crash would. Its files stay, for `restart`. */
  kill(): Promise<void>
  /** Starts it again on the same port with the same files, after `kill`. Resolves once it takes connections. */
  restart(): Promise<void>
  /** Ends it and removes its files. Calling it again does nothing. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a real PostgreSQL on a free port of 127.0.0.1, with an empty database in a temporary folder, and resolves once it
 * takes connections. Where none is installed, it is installed. As root, it runs as the user `postgres` or `nobody`.
 *
 * Its files outlive a crash of the server (`kill`), not of the machine: nothing waits for the disk (`fsync = off`).
 *
 * @example
 * const server = await startPostgres()
 * const pool = new Pool({ connectionString: server.url })
 */
export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = await ensurePostgres()
  const user = await serverUser()
  const directory = await directoryOf(user)
  const data = join(directory, 'data')
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  await run(join(bin, 'initdb'), initdb, user)
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', ...settings }
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'\n`)
  await appendFile(join(data, 'postgresql.conf'), lines.join(''))
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const command = [join(bin, 'postgres'), '-D', data, '-p', `${port}`]
    const server = new ServerProcess(command, join(directory, 'postgres.log'), user)
    const start = (): Promise<void> => server.start((pid) => isReady(data, pid))
    const stop = async (): Promise<void> => {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
    try {
      await start()
    } catch (cause) {
      if (attempt < PORT_ATTEMPTS && String(cause).includes('already in use')) continue
      await stop()
      throw cause
    }
    return {
      port,
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      pause: () => server.signal('SIGSTOP'),
      resume: () => server.signal('SIGCONT'),
      kill: () => server.kill(),
      restart: start,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  }
}

/** The server's state, in its folder: the first line is its process, the eighth whether it takes connections. */
async function isReady(data: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}
