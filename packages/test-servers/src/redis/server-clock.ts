import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { childDirectory } from './child-reaper.ts'
import { findOrInstall, type Installable } from './install-package.ts'
import { type CommandResult, type Machine, thisMachine } from './machine.ts'

const FAKETIME: Installable = {
  program: 'faketime',
  apt: 'faketime',
  howToGetIt: 'the clock of a redis-server is moved by libfaketime, on Linux; install it (apt-get install faketime)',
}

/** Path of `faketime`. Where there is none it is installed, with apt-get; rejects when it can't be had. */
export function ensureFaketime(machine: Machine = thisMachine()): Promise<string> {
  return findOrInstall(machine, FAKETIME)
}

/** The wall clock of redis-servers, which can be put forward and back while they run. */
export interface ServerClock {
  /** Environment variables of the servers. */
  readonly env: Readonly<Record<string, string>>
  /** Puts the clock this many milliseconds ahead of the machine's, or behind it if negative. Holds from now on. */
  set(offsetMs: number): Promise<void>
}

/**
 * A clock to start servers under: `startRedis({ clock })`. It goes with the machine's until it is set. Where libfaketime
 * is not installed, it is installed with apt-get; rejects with a sentence that says how to get it when that fails.
 *
 * @example
 * const clock = await serverClock()
 * const server = await startRedis({ clock })
 * await clock.set(3_600_000) // an hour ahead
 */
export async function serverClock(machine: Machine = thisMachine()): Promise<ServerClock> {
  const faketime = await ensureFaketime(machine)
  const directory = await childDirectory()
  const file = join(directory, 'offset')
  const set = async (offsetMs: number): Promise<void> => {
    // The server reads the file each time it looks at its clock, so it must never find it half written.
    await writeFile(`${file}.new`, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1000}\n`)
    await rename(`${file}.new`, file)
  }
  await set(0)
  return { env: await environment(machine, faketime, file), set }
}

async function environment(machine: Machine, faketime: string, file: string): Promise<Record<string, string>> {
  // The wrapper knows where its library lies.
  const ask = (): Promise<CommandResult> => machine.run(faketime, ['-f', '+0', 'printenv', 'LD_PRELOAD'])
  // Its semaphore is named after its process id, and stays when it is killed: another process with that id fails.
  const first = await ask()
  const { code, output } = first.code === 0 ? first : await ask()
  if (code !== 0) throw new Error(`${faketime} does not work: ${output.trim()}`)
  return {
    // redis-server's jemalloc looks at the clock before libfaketime is ready; with glibc's own allocator it starts.
    LD_PRELOAD: `${output.trim()}:libc_malloc_debug.so.0`,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    // Timers go on as they did.
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
}
