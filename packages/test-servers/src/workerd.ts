import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** A workerd that listens. */
export interface RunningWorkerd {
  readonly url: string
  /** Its stderr so far. */
  readonly log: string
  /** Ends the process, whatever it is at. */
  kill(): Promise<void>
}

/**
 * Serves a configuration whose socket is on a free port of this machine.
 *
 * @param program The path of workerd, which its npm package exports.
 * @param config The path of the configuration.
 * @throws what workerd wrote, if it does not start.
 */
export async function startWorkerd(program: string, config: string): Promise<RunningWorkerd> {
  const child = spawn(program, ['serve', config, '--control-fd=3'], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr?.on('data', (chunk) => {
    log += chunk
  })
  const ended = once(child, 'exit')
  const endedEarly = ended.then(() => Promise.reject(new Error(`workerd did not start: ${log}`)))
  endedEarly.catch(() => undefined)
  const port = await Promise.race([listeningPort(child), endedEarly])
  return {
    url: `http://127.0.0.1:${port}`,
    get log() {
      return log
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** workerd writes a line of JSON to its control channel once a socket listens. */
async function listeningPort(child: ChildProcess): Promise<number> {
  let seen = ''
  for await (const chunk of child.stdio[3] as Readable) {
    seen += chunk
    for (const line of seen.split('\n').slice(0, -1)) {
      const message: { event: string; port?: number } = JSON.parse(line)
      if (message.event === 'listen' && message.port !== undefined) return message.port
    }
  }
  throw new Error('workerd closed its control channel')
}
