import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Connection } from '../resp/connection.ts'
import { decodeText, type RespArgument, type RespValue } from '../resp/resp.ts'
import { adopt, childDirectory, disown } from './child-reaper.ts'
import { ensureRedisServer } from './ensure-redis-server.ts'
import { freePort } from './free-port.ts'
import { poll } from './poll.ts'
import { CommandLine } from './redis-command.ts'

/** How often a port that another process took first is replaced by a new one. */
const PORT_ATTEMPTS = 10

/** A running redis-server on 127.0.0.1. It dies with this process, however this process ends. */
export interface RedisServer {
  readonly port: number
  /** Such as `redis://127.0.0.1:6379`. */
  readonly url: string
  readonly pid: number
  /**
   * Runs one command over a connection that no other command uses meanwhile, and resolves with the reply as text. Rejects with
   * `ReplyError` on an error reply and with `ConnectionError` when nothing answers.
   */
  command(...args: RespArgument[]): Promise<RespValue>
  /** Kills it, waits for its end and removes its files. Calling it again does nothing. */
  stop(): Promise<void>
  /** Suspends the process (SIGSTOP): its connections stay open and new ones are accepted, but nothing answers. */
  pause(): void
  /** Ends a pause (SIGCONT). */
  resume(): void
  /** Kills it at once (SIGKILL), as a crash would. Resolves when it is gone; its files stay until `stop`. */
  kill(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A redis-server process to start: its arguments, given its port and its own empty directory. */
export type ServerArguments = (port: number, directory: string) => readonly string[] | Promise<readonly string[]>

/** Options of {@link launchOnFreePort}. */
export interface LaunchSettings {
  /** On top of this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Finds the port. Default: any free one. */
  freePort?(): Promise<number>
}

/** Starts redis-server on a free port, and on another one when that was taken meanwhile. */
export async function launchOnFreePort(
  serverArguments: ServerArguments,
  settings: LaunchSettings = {},
): Promise<RedisServer> {
  const findPort = settings.freePort ?? freePort
  for (let attempt = 1; ; attempt++) {
    try {
      return await launchOnPort(await findPort(), serverArguments, settings.env)
    } catch (error) {
      const portWasTaken = error instanceof StartError && error.message.includes('Address already in use')
      if (!portWasTaken || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

/** Starts redis-server on exactly this port, with this on top of the environment, and resolves once it answers. */
export async function launchOnPort(
  port: number,
  serverArguments: ServerArguments,
  env?: Readonly<Record<string, string>>,
): Promise<RedisServer> {
  const binary = await ensureRedisServer()
  const directory = await childDirectory()
  const args = await serverArguments(port, directory)
  const log = join(directory, 'redis.log')
  const server = await spawnServer(binary, args, { log, port, directory, env })
  try {
    await server.answering
    return server
  } catch (cause) {
    const text = await readFile(log, 'utf8')
    await server.stop()
    throw new StartError(`redis-server did not start on port ${port}:\n${text}`, { cause })
  }
}

/** redis-server ended before it answered; the message holds its log. */
class StartError extends Error {
  override name = 'StartError'
}

interface StartingServer extends RedisServer {
  answering: Promise<void>
}

interface Surroundings {
  log: string
  port: number
  directory: string
  env: Readonly<Record<string, string>> | undefined
}

async function spawnServer(
  binary: string,
  args: readonly string[],
  { log, port, directory, env }: Surroundings,
): Promise<StartingServer> {
  const output = await open(log, 'a')
  const child = spawn(binary, args, { stdio: ['ignore', output.fd, output.fd], env: { ...process.env, ...env } })
  // A test that forgets to stop a server must not keep the test run from ending.
  child.unref()
  const exited = once(child, 'exit')
  await output.close()
  const { pid } = child
  if (pid === undefined) {
    await exited
    throw new Error(`${binary} could not be run`)
  }
  adopt(pid)
  const gone = exited.then(() => disown(pid))

  const line = new CommandLine(port)
  const kill = async (): Promise<void> => {
    line.close()
    child.ref()
    child.kill('SIGKILL')
    await gone
  }
  const stop = async (): Promise<void> => {
    await kill()
    await rm(directory, { recursive: true, force: true })
  }
  return {
    port,
    pid,
    url: `redis://127.0.0.1:${port}`,
    command: (...args) => line.run(args),
    stop,
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: stop,
    answering: untilItAnswers(child, pid, port),
  }
}

async function untilItAnswers(child: ChildProcess, pid: number, port: number): Promise<void> {
  await poll(`redis-server on port ${port}`, async () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('The process ended')
    const info = await infoOf(child, port)
    // This process must answer, not another one that took the port first.
    return info.includes(`process_id:${pid}\r\n`) ? true : undefined
  })
}

/** The INFO of this port, or nothing. Ends with the child: another process on its port may never answer. */
async function infoOf(child: ChildProcess, port: number): Promise<string> {
  const connection = new Connection({ host: '127.0.0.1', port })
  const close = (): void => connection.close()
  child.once('exit', close)
  try {
    const [reply = null] = await connection.call([['INFO', 'server']])
    return String(decodeText(reply))
  } catch {
    return ''
  } finally {
    child.off('exit', close)
    close()
  }
}
