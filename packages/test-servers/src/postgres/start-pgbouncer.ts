import { chown, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../redis/free-port.ts'
import { ensurePgBouncer } from './ensure-postgres.ts'
import { ServerProcess } from './server-process.ts'
import type { PostgresServer } from './start-postgres.ts'
import { directoryOf, serverUser } from './user.ts'

/** A running PgBouncer in front of a PostgreSQL. It dies with this process. */
export interface PgBouncer {
  readonly port: number
  readonly url: string
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts PgBouncer on a free port of 127.0.0.1, in transaction mode, where each statement may run on another connection of the
 * server. Where none is installed, it is installed.
 *
 * @example const bouncer = await startPgBouncer(await startPostgres())
 */
export async function startPgBouncer({ port: serverPort }: Pick<PostgresServer, 'port'>): Promise<PgBouncer> {
  const binary = await ensurePgBouncer()
  const user = await serverUser()
  const directory = await directoryOf(user)
  const port = await freePort()
  const configuration = join(directory, 'pgbouncer.ini')
  const lines = [
    '[databases]',
    `postgres = host=127.0.0.1 port=${serverPort} user=postgres`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 3',
    'ignore_startup_parameters = extra_float_digits',
  ]
  await writeFile(configuration, `${lines.join('\n')}\n`)
  if (user.uid !== undefined && user.gid !== undefined) await chown(configuration, user.uid, user.gid)
  const log = join(directory, 'pgbouncer.log')
  const server = new ServerProcess([binary, configuration], log, user)
  const stop = async (): Promise<void> => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await server.start(async () => (await readFile(log, 'utf8')).includes('process up'))
  } catch (cause) {
    await stop()
    throw cause
  }
  return { port, url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop, [Symbol.asyncDispose]: stop }
}
