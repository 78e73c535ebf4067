import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execFileAsync = promisify(execFile)

/** Where and how a command runs. */
export interface RunOptions {
  readonly cwd?: string
  /** Set beside this process's own variables. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a command to its end and resolves with its standard output. Rejects with what it wrote when it fails, and when it
 * does not end within four minutes.
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  try {
    const { stdout } = await execFileAsync(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: 240_000,
      killSignal: 'SIGKILL',
      maxBuffer: 2 ** 26,
    })
    return stdout
  } catch (cause) {
    const { killed, stdout = '', stderr = '' } = cause as { killed?: boolean; stdout?: string; stderr?: string }
    const how = killed ? 'did not end' : 'failed'
    throw new Error(`${[command, ...args].join(' ')} ${how}\n${stdout}${stderr}`, { cause })
  }
}
