import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** A commit of this repository, with its benchmark built. */
export interface Checkout {
  /** As tables show it: the first digits of the commit. */
  readonly label: string
  /** The folder of its benchmark, with `dist` in it. */
  readonly app: string
}

/** The working tree, as the build left it. */
export const HERE: Checkout = { label: 'this build', app: join(ROOT, 'apps/bench') }

/**
 * Builds a commit in a git worktree under the system's temporary folder. The worktree stays there, so that the next run against
 * the same commit need not install again; `git worktree remove` removes it.
 *
 * @param ref Anything that git takes for a commit.
 */
export async function checkOut(ref: string, say: (what: string) => void): Promise<Checkout> {
  const commit = (await inFolder(ROOT, 'git', 'rev-parse', '--verify', `${ref}^{commit}`)).trim()
  const folder = join(tmpdir(), `rl-bench-${commit.slice(0, 12)}`)
  if (!existsSync(folder)) {
    say(`checking out ${ref} in ${folder}`)
    await inFolder(ROOT, 'git', 'worktree', 'add', '--force', '--detach', folder, commit)
  }
  say(`installing and building ${ref}`)
  await inFolder(folder, 'npx', '--yes', 'pnpm@12', 'install', '--frozen-lockfile', '--prefer-offline')
  await inFolder(folder, 'npx', '--yes', 'pnpm@12', 'exec', 'turbo', 'run', 'build', '--filter=bench')
  return { label: commit.slice(0, 7), app: join(folder, 'apps/bench') }
}

async function inFolder(folder: string, command: string, ...args: string[]): Promise<string> {
  try {
    return (await run(command, args, { cwd: folder, maxBuffer: 1 << 26 })).stdout
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    throw new Error(`${[command, ...args].join(' ')} failed in ${folder}:\n${stdout}${stderr}`, { cause })
  }
}
