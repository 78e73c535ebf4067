import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

const HOW_TO_GET_IT = 'Counting instructions needs valgrind: install it (Debian/Ubuntu: apt-get install valgrind)'

/** Makes sure that valgrind is there: where it is not, apt-get installs it, as root or through `sudo -n`. */
export async function ensureValgrind(): Promise<void> {
  if (await isInstalled()) return
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'valgrind']]) {
    const [command = '', ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
    try {
      await run(command, rest, { maxBuffer: 1 << 26 })
    } catch (cause) {
      throw new Error(`${HOW_TO_GET_IT}. apt-get ${args[0]} failed here: ${lastLine(cause)}`, { cause })
    }
  }
  if (!(await isInstalled())) throw new Error(`${HOW_TO_GET_IT}. apt-get installed it, but it is not on PATH`)
}

/** Makes callgrind, as it runs a process, begin its count anew, or write it down. */
export async function tellValgrind(pid: number, command: 'zero' | 'dump'): Promise<void> {
  await run('vgdb', [`--pid=${pid}`, command])
}

function isInstalled(): Promise<boolean> {
  return run('valgrind', ['--version']).then(
    () => true,
    () => false,
  )
}

function lastLine(cause: unknown): string {
  const { stderr = '', message = String(cause) } = cause as { readonly stderr?: string; readonly message?: string }
  return (stderr.trim() || message).split('\n').at(-1) ?? ''
}
