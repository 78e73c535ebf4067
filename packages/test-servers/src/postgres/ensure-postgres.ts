import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findOrInstall, type Installable } from '../redis/install-package.ts'
import { type Machine, thisMachine } from '../redis/machine.ts'

const POSTGRES: Installable = {
  program: 'postgres',
  apt: 'postgresql',
  brew: 'postgresql@17',
  howToGetIt: 'install it (Debian/Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17)',
}

const PGBOUNCER: Installable = {
  program: 'pgbouncer',
  apt: 'pgbouncer',
  brew: 'pgbouncer',
  howToGetIt: 'install it (Debian/Ubuntu: apt-get install pgbouncer; macOS: brew install pgbouncer)',
}

/** Where package managers put the programs of each version, outside of PATH. */
const FOLDERS = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']

/**
 * The folder of a real `postgres` and its `initdb`: the first on PATH, else the newest version that is installed, else what
 * apt-get or Homebrew installs. Rejects when none can be had, with a sentence that says how to get one.
 */
export async function ensurePostgres(machine: Machine = thisMachine()): Promise<string> {
  return dirname(await findOrInstall(everyVersion(machine), POSTGRES))
}

/** Path of a real `pgbouncer`, which is installed where there is none. */
export function ensurePgBouncer(machine: Machine = thisMachine()): Promise<string> {
  return findOrInstall(everyVersion(machine), PGBOUNCER)
}

function everyVersion(machine: Machine): Machine {
  return { ...machine, find: async (name) => (await machine.find(name)) ?? (await findOutsidePath(machine, name)) }
}

async function findOutsidePath(machine: Machine, name: string): Promise<string | undefined> {
  const candidates = ['/usr/sbin', ...(await versionFolders())].map((folder) => join(folder, name))
  for (const candidate of candidates) if (await machine.isExecutable(candidate)) return candidate
  return undefined
}

async function versionFolders(): Promise<readonly string[]> {
  const folders = await Promise.all(
    FOLDERS.map(async (folder) => {
      const names = await readdir(folder).catch(() => [])
      return names.filter((name) => /^(postgresql@)?\d+$/.test(name)).map((name) => join(folder, name, 'bin'))
    }),
  )
  const version = (folder: string): number => Number(/\d+(?=\/bin$)/.exec(folder)?.[0])
  return folders.flat().sort((a, b) => version(b) - version(a))
}
