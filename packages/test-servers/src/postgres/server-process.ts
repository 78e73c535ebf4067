import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { adopt, disown } from '../redis/child-reaper.ts'
import { poll } from '../redis/poll.ts'
import type { ServerUser } from './user.ts'

const run = promisify(execFile)

/** How long an orderly end may take before the server is killed, in milliseconds. */
const STOP_MS = 5000

/** A server process and its child processes. It dies with this process. */
export class ServerProcess {
  readonly #command: readonly string[]
  readonly #log: string
  readonly #user: ServerUser
  #child: ChildProcess | undefined

  constructor(command: readonly string[], log: string, user: ServerUser) {
    this.#command = command
    this.#log = log
    this.#user = user
  }

  /** Resolves once `isReady` does so with true for the process's id. Rejects with the server's own log if it ends before. */
  async start(isReady: (pid: number) => Promise<boolean>): Promise<void> {
    const output = await open(this.#log, 'w')
    const [binary = '', ...args] = this.#command
    const child = spawn(binary, args, { stdio: ['ignore', output.fd, output.fd], ...this.#user })
    // A test that forgets to stop a server must not keep the test run from ending.
    child.unref()
    await output.close()
    const { pid } = child
    if (pid === undefined) throw new Error(`${binary} could not be run`)
    this.#child = child
    adopt(pid)
    await poll(`${binary} to start`, async () => {
      if (child.exitCode === null && child.signalCode === null) return (await isReady(pid)) || undefined
      throw new Error(`${binary} did not start:\n${await readFile(this.#log, 'utf8')}`)
    })
  }

  /** In order, so that it leaves nothing behind in the system. Calling it again does nothing. */
  async stop(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    const killing = setTimeout(() => void this.kill(), STOP_MS)
    await this.signal('SIGCONT')
    await this.#end(child, () => sendTo(child.pid, 'SIGQUIT'))
    clearTimeout(killing)
  }

  /** Also to its child processes. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    for (const pid of await this.#pids()) sendTo(pid, signal)
  }

  /** At once, with its child processes (SIGKILL). Calling it again does nothing. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    // Stopped first, so that it starts nothing while its connections die.
    sendTo(child.pid, 'SIGSTOP')
    const children = await childrenOf(child.pid)
    await this.#end(child, () => {
      for (const pid of [...children.reverse(), child.pid]) sendTo(pid, 'SIGKILL')
    })
  }

  async #end(child: ChildProcess, act: () => void): Promise<void> {
    child.ref()
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
    act()
    await gone
    if (this.#child === child && child.pid !== undefined) disown(child.pid)
    if (this.#child === child) this.#child = undefined
  }

  async #pids(): Promise<readonly number[]> {
    const pid = this.#child?.pid
    return pid === undefined ? [] : [pid, ...(await childrenOf(pid))]
  }
}

/** Each connection is a process. */
async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run('pgrep', ['-P', `${pid}`]).catch(() => ({ stdout: '' }))
  return stdout.split('\n').filter(Boolean).map(Number)
}

function sendTo(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(pid, signal)
  } catch {
    // It was gone already.
  }
}
