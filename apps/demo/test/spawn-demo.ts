import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const SETTINGS = [
  'REDIS_URL',
  'REDIS_SERVER_BIN',
  'UPSTASH_REDIS_REST_URL',
  'UPSTASH_REDIS_REST_TOKEN',
  'CI',
  'NO_COLOR',
  'NODE_OPTIONS',
]

export interface Result {
  /** The exit code, or the signal that ended it. */
  readonly exit: number | string | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningDemo {
  readonly child: ChildProcess
  readonly result: Promise<Result>
  /** Resolves once the output contains this. */
  printed(text: string): Promise<void>
}

/** Runs what `build` made of the demo, as a user would, with its output in pipes. */
export function spawnDemo(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): RunningDemo {
  if (!existsSync(MAIN)) throw new Error('The demo is not built: run `npx --yes pnpm@12 build` first')
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.includes(name)))
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...clean, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const result = new Promise<Result>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve({ exit: code ?? signal, stdout, stderr })
    })
  })
  const printed = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve()
      }
      child.stdout.on('data', look)
      look()
    })
  return { child, result, printed }
}
