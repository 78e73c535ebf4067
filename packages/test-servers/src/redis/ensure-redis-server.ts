import { withLock } from './install-lock.ts'
import { type Machine, thisMachine } from './machine.ts'

const HOW_TO_GET_IT =
  'install it (Debian/Ubuntu: apt-get install redis-server; macOS: brew install redis) ' +
  'or set REDIS_SERVER_BIN to the path of one'

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
  return (await machine.find('redis-server')) ?? (await withLock(machine.lockDirectory, () => findOrInstall(machine)))
}

async function findOrInstall(machine: Machine): Promise<string> {
  // Whoever held the lock before may just have installed it.
  const found = await machine.find('redis-server')
  if (found !== undefined) return found

  for (const command of await installCommands(machine)) {
    const { code, output } = await machine.run(command[0], command.slice(1))
    if (code !== 0) throw new Error(notFound(`"${command.join(' ')}" exited with ${code}: ${lastLine(output)}`))
  }
  const installed = await machine.find('redis-server')
  if (installed === undefined) throw new Error(notFound('it was installed, but is not on PATH'))
  return installed
}

type Command = readonly [name: string, ...args: string[]]

async function installCommands(machine: Machine): Promise<readonly Command[]> {
  if (machine.platform === 'darwin' && (await machine.find('brew')) !== undefined) {
    return [['brew', 'install', 'redis']]
  }
  if (machine.platform === 'linux' && (await machine.find('apt-get')) !== undefined) {
    const asRoot = await rootPrefix(machine)
    if (asRoot !== undefined) return aptCommands(asRoot)
    throw new Error(notFound('apt-get needs root, and sudo does not allow it without a password'))
  }
  throw new Error(notFound('nothing here can install it'))
}

async function rootPrefix(machine: Machine): Promise<readonly string[] | undefined> {
  if (machine.isRoot) return []
  if ((await machine.find('sudo')) === undefined) return undefined
  const { code } = await machine.run('sudo', ['-n', 'true'])
  return code === 0 ? ['sudo', '-n'] : undefined
}

function aptCommands(asRoot: readonly string[]): readonly Command[] {
  // sudo drops the environment, so `env` sets it behind sudo. RUNLEVEL=1 keeps the package from starting its service.
  const [name = 'env', ...args] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get']
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  return [
    [name, ...args, ...wait, 'update'],
    [name, ...args, ...wait, 'install', '-y', '--no-install-recommends', 'redis-server'],
  ]
}

function notFound(reason: string): string {
  return `No redis-server found (${reason}): ${HOW_TO_GET_IT}`
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}
