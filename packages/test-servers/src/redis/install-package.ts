import { withLock } from './install-lock.ts'
import type { Machine } from './machine.ts'

/** A program, and how package managers call what brings it. */
export interface Installable {
  /** The executable to look for on PATH. */
  readonly program: string
  /** Debian's name. */
  readonly apt: string
  /** Homebrew's name, if it has it. */
  readonly brew?: string
  /** The cure for its absence. */
  readonly howToGetIt: string
}

/**
 * Path of a program: the first one on PATH, else it is installed, with apt-get (as root, or through `sudo -n`) or Homebrew.
 * Processes that call this at once install once. Rejects when it can't be had, with a sentence that says how to get it.
 */
export async function findOrInstall(machine: Machine, wanted: Installable): Promise<string> {
  return (await machine.find(wanted.program)) ?? (await withLock(machine.lockDirectory, () => install(machine, wanted)))
}

async function install(machine: Machine, wanted: Installable): Promise<string> {
  // The process that held the lock before may just have installed it.
  const found = await machine.find(wanted.program)
  if (found !== undefined) return found

  for (const command of await installCommands(machine, wanted)) {
    const { code, output } = await machine.run(command[0], command.slice(1))
    if (code !== 0) throw notFound(wanted, `"${command.join(' ')}" exited with ${code}: ${lastLine(output)}`)
  }
  const installed = await machine.find(wanted.program)
  if (installed === undefined) throw notFound(wanted, 'it was installed, but is not on PATH')
  return installed
}

type Command = readonly [name: string, ...args: string[]]

async function installCommands(machine: Machine, wanted: Installable): Promise<readonly Command[]> {
  const { brew } = wanted
  if (machine.platform === 'darwin' && brew !== undefined && (await machine.find('brew')) !== undefined) {
    return [['brew', 'install', brew]]
  }
  if (machine.platform === 'linux' && (await machine.find('apt-get')) !== undefined) {
    const asRoot = await rootPrefix(machine)
    if (asRoot !== undefined) return aptCommands(asRoot, wanted.apt)
    throw notFound(wanted, 'apt-get needs root, and sudo does not allow it without a password')
  }
  throw notFound(wanted, 'nothing here can install it')
}

async function rootPrefix(machine: Machine): Promise<readonly string[] | undefined> {
  if (machine.isRoot) return []
  if ((await machine.find('sudo')) === undefined) return undefined
  const { code } = await machine.run('sudo', ['-n', 'true'])
  return code === 0 ? ['sudo', '-n'] : undefined
}

function aptCommands(asRoot: readonly string[], name: string): readonly Command[] {
  // sudo drops the environment, so `env` sets it behind sudo. RUNLEVEL=1 keeps the package from starting its service.
  const [command = 'env', ...args] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get']
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  return [
    [command, ...args, ...wait, 'update'],
    [command, ...args, ...wait, 'install', '-y', '--no-install-recommends', name],
  ]
}

function notFound({ program, howToGetIt }: Installable, reason: string): Error {
  return new Error(`No ${program} found (${reason}): ${howToGetIt}`)
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}
