import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The result of a command. `code` is its exit status, or -1 when it could not be started or was killed. */
export interface CommandResult {
  code: number
  /** Standard output and standard error, interleaved as they came. */
  output: string
}

/** The machine as `ensureRedisServer` sees it. Tests pass their own, so that nothing gets installed. */
export interface Machine {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  /** Whether commands run as root, so that apt-get needs no sudo. */
  isRoot: boolean
  /** Where the lock lies that keeps two processes from installing at once. */
  lockDirectory: string
  /** Path of an executable on PATH, or undefined. */
  find(name: string): Promise<string | undefined>
  /** Whether `path` is a file that may be executed. */
  isExecutable(path: string): Promise<boolean>
  /** Runs a command to its end. Never rejects. */
  run(command: string, args: readonly string[]): Promise<CommandResult>
}

/** The machine this process runs on. */
export function thisMachine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    isRoot: process.getuid?.() === 0,
    lockDirectory: join(tmpdir(), 'rl-install-redis-server.lock'),
    find: (name) => findOnPath(name, process.env.PATH ?? ''),
    isExecutable,
    run,
  }
}

async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter)) {
    const candidate = join(directory, name)
    if (directory !== '' && (await isExecutable(candidate))) return candidate
  }
  return undefined
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

function run(command: string, args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', (error) => resolve({ code: -1, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? -1, output }))
  })
}
