import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './root.ts'
import { run } from './run.ts'

/** Stands for the last release until there is one. */
const BEFORE_THE_FIRST = '7ce3e6542f124d30ed5569af3514c0c95c00465e'
const CACHE = join(ROOT, 'node_modules/.cache/previous')

/** The tarballs of these packages as they were last released. They are built once, with what they were built with then. */
export async function previousTarballs(names: readonly string[]): Promise<readonly string[]> {
  const tags = await run('git', ['tag', '--list', 'v*', '--sort=-version:refname'], { cwd: ROOT })
  const [tag] = tags.trim().split('\n')
  const commit = await commitOf(tag || BEFORE_THE_FIRST)
  const directory = join(CACHE, commit)
  if (!existsSync(directory)) await build(commit, names, directory)
  return (await readdir(directory)).map((file) => join(directory, file))
}

async function commitOf(name: string): Promise<string> {
  try {
    return (await run('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { cwd: ROOT })).trim()
  } catch {
    console.warn(`${name} is not in this copy of the history: the upgrade is tried from this version to itself`)
    return (await run('git', ['rev-parse', 'HEAD'], { cwd: ROOT })).trim()
  }
}

/** The directory appears complete or not at all. */
async function build(commit: string, names: readonly string[], directory: string): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const packed = await mkdtemp(join(CACHE, 'unfinished-'))
  const source = await mkdtemp(join(tmpdir(), 'rl-previous-'))
  const pnpm = (...args: readonly string[]): Promise<string> =>
    run('npx', ['--yes', 'pnpm@12', ...args], { cwd: source, env: { CI: 'true' } })
  try {
    const archive = join(source, 'source.tar')
    await run('git', ['archive', `--output=${archive}`, commit], { cwd: ROOT })
    await run('tar', ['-xf', archive, '-C', source])
    await pnpm('install', '--frozen-lockfile', '--prefer-offline')
    const filters = names.map((name) => `--filter=${name}`)
    await pnpm('-r', ...filters, 'run', 'build')
    await pnpm('-r', ...filters, 'pack', '--pack-destination', packed)
    await rename(packed, directory).catch((error) => {
      if (!existsSync(directory)) throw error
    })
  } finally {
    await rm(source, { recursive: true, force: true })
    await rm(packed, { recursive: true, force: true })
  }
}
