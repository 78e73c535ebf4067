import { delimiter } from 'node:path'
import { findOrInstall, type Installable } from './install-package.ts'
import { type Machine, thisMachine } from './machine.ts'

const REDIS_SERVER: Installable = {
  program: 'redis-server',
  apt: 'redis-server',
  brew: 'redis',
  howToGetIt:
    'install it (Debian/Ubuntu: apt-get install redis-server; macOS: brew install redis) ' +
    'or set REDIS_SERVER_BIN to the path of one',
}

/** A `redis-server` to test on. */
export interface RedisBinary {
  readonly path: string
  /** Its name and version, such as `Redis 7.0.15` or `Valkey 8.0.1`. */
  readonly name: string
}

/**
 * Path of a real `redis-server`: the first one in the environment variable `REDIS_SERVER_BIN`, else the first `redis-server`
 * on PATH, else the first `valkey-server` there. When there is none, redis-server is installed, with apt-get (as root, or
 * through `sudo -n`) or Homebrew. Processes that call this at once install once.
 *
 * Rejects when none can be had, with a sentence that says how to get one; it never gives up silently.
 *
 * @param machine the machine to look at; by default the one this process runs on
 * @example const binary = await ensureRedisServer() // '/usr/bin/redis-server'
 */
export async function ensureRedisServer(machine: Machine = thisMachine()): Promise<string> {
  return (await findRedisServer(machine)) ?? install(machine)
}

/**
 * The same where one is there already, or undefined. Installs nothing.
 *
 * Rejects when `REDIS_SERVER_BIN` names something else.
 */
export async function findRedisServer(machine: Machine = thisMachine()): Promise<string | undefined> {
  const [named] = await namedPaths(machine)
  return named ?? (await machine.find('redis-server')) ?? machine.find('valkey-server')
}

/**
 * All servers to test on: each path in `REDIS_SERVER_BIN`, which are separated as in PATH, or else the one that
 * {@link ensureRedisServer} finds.
 *
 * Rejects when one of them is not there or does not say its version.
 *
 * @param machine the machine to look at; by default the one this process runs on
 * @example const servers = await redisBinaries() // [{ path: '/usr/bin/redis-server', name: 'Redis 7.0.15' }]
 */
export async function redisBinaries(machine: Machine = thisMachine()): Promise<readonly RedisBinary[]> {
  const named = await namedPaths(machine)
  const paths = named.length > 0 ? named : [await ensureRedisServer(machine)]
  return Promise.all(paths.map(async (path) => ({ path, name: await nameOf(machine, path) })))
}

/** The paths in `REDIS_SERVER_BIN`. Rejects when one is not executable: another one in its place would go unnoticed. */
async function namedPaths(machine: Machine): Promise<readonly string[]> {
  const paths = (machine.env.REDIS_SERVER_BIN ?? '').split(delimiter).filter((path) => path !== '')
  for (const path of paths) {
    if (await machine.isExecutable(path)) continue
    const which = paths.length === 1 ? 'is' : 'names'
    throw new Error(`REDIS_SERVER_BIN ${which} ${JSON.stringify(path)}, which is not an executable file`)
  }
  return paths
}

/** Redis answers `Redis server v=7.0.15 sha=…`, Valkey the same with its own name. */
async function nameOf(machine: Machine, path: string): Promise<string> {
  const { output } = await machine.run(path, ['--version'])
  const [, product, version] = /^(\w+) server v=(\d[\w.-]*)/m.exec(output) ?? []
  if (version === undefined) throw new Error(`${path} --version does not answer as a redis-server: ${output.trim()}`)
  return `${product} ${version}`
}

function install(machine: Machine): Promise<string> {
  return findOrInstall(machine, REDIS_SERVER)
}
