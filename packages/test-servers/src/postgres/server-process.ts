import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { adopt, disown } from '../redis/child-reaper.ts'
import { poll } from '../redis/poll.ts'
import type { ServerUser } from './user.ts'

const run = promisify(execFile)

/** A server that speaks PostgreSQL's protocol, and its child processes. It dies with this process. */
export class ServerProcess {
  readonly #command: readonly string[]
  readonly #log: string
  readonly #user: ServerUser
  readonly #port: number
  #child: ChildProcess | undefined

  constructor(command: readonly string[], log: string, user: ServerUser, port: number) {
    this.#command = command
    this.#log = log
    this.#user = user
    this.#port = port
  }

  /** Resolves once it takes connections. */
  async start(): Promise<void> {
    const output = await open(this.#log, 'a')
    const [binary = '', ...args] = this.#command
    const child = spawn(binary, args, { stdio: ['ignore', output.fd, output.fd], ...this.#user })
    // A test that forgets to stop a server must not keep the test run from ending.
    child.unref()
    await output.close()
    if (child.pid === undefined) throw new Error(`${binary} could not be run`)
    this.#child = child
    adopt(child.pid)
    await poll(`${binary} on port ${this.#port}`, async () => {
      if (child.exitCode === null && child.signalCode === null) return (await isReady(this.#port)) || undefined
      throw new Error(`${binary} did not start on port ${this.#port}:\n${await readFile(this.#log, 'utf8')}`)
    })
  }

  /** Also to its child processes. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    for (const pid of await this.#pids()) sendTo(pid, signal)
  }

  /** At once, with its child processes (SIGKILL). Calling it again does nothing. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    this.#child = undefined
    child.ref()
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
    // Stopped first, so that it starts nothing while its connections die.
    sendTo(child.pid, 'SIGSTOP')
    for (const pid of (await childrenOf(child.pid)).reverse()) sendTo(pid, 'SIGKILL')
    sendTo(child.pid, 'SIGKILL')
    await gone
    disown(child.pid)
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

function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It was gone already.
  }
}

const STARTUP: Buffer = startupMessage()

/** Whether a connection gets past the server's greeting. */
function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(STARTUP))
    const end = (ready: boolean): void => {
      socket.destroy()
      resolve(ready)
    }
    // 'R' is the request for authentication, 'E' the error of a server that is not ready yet.
    socket.once('data', (data) => end(data[0] === 0x52))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
  })
}

/** Version 3.0 of the protocol, with the user and the database. */
function startupMessage(): Buffer {
  const body = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length + 4)
  return Buffer.concat([length, body])
}
