import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { nextMessage } from '@rl/measure'
import type { ServerSettings } from './subjects.ts'

/** The build, also when the sources run. */
const PATH = fileURLToPath(new URL('../../dist/load/server-process.js', import.meta.url))

/** A server in a separate process. */
export class Server {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#process = child
    this.url = `http://127.0.0.1:${port}/`
  }

  static async start(settings: ServerSettings): Promise<Server> {
    const env = { ...process.env, NODE_ENV: 'production' }
    const child = fork(PATH, [JSON.stringify(settings)], { env, execArgv: [] })
    return new Server(child, (await nextMessage(child)) as number)
  }

  /**
   * From now on requests count for this many keys, in turns.
   *
   * @returns the processor time that the process has used so far, in microseconds.
   */
  async use(keys: number): Promise<number> {
    this.#process.send(keys)
    return (await nextMessage(this.#process)) as number
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
  }
}
