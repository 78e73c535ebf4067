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

/**
 * Path of a real `redis-server`: the environment variable `REDIS_SERVER_BIN`, else the first one on PATH. When there is
 * none it is installed, with apt-get (as root, or through `sudo -n`) or Homebrew. Processes that call this at once
 * install once.
 *
 * Rejects when none can be had, with a sentence that says how to get one; it never gives up silently.
 *
 * @param machine the machine to look at; by default the one this process runs on
 * @example const binary = await ensureRedisServer() // '/usr/bin/redis-server'
 */
export async function ensureRedisServer(machine: Machine = thisMachine()): Promise<string> {
  const named = machine.env.REDIS_SERVER_BIN
  if (named !== undefined && named !== '') {
    if (await machine.isExecutable(named)) return named
    throw new Error(`REDIS_SERVER_BIN is ${JSON.stringify(named)}, which is not an executable file`)
  }
  return findOrInstall(machine, REDIS_SERVER)
}
