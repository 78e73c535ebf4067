import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack } from './packages.ts'
import { ROOT } from './root.ts'
import { run } from './run.ts'
import { emit } from './typescript.ts'

/** A user's project: the tarballs and the clients from npm, beside the code of `consumer/`. */
export interface Project {
  readonly directory: string
  remove(): Promise<void>
}

/** Makes it in a new directory outside the repository, with its JavaScript in `dist`. */
export async function createProject(): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), 'rl-runtimes-'))
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    const tarballs = await pack(join(directory, 'tarballs'))
    await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    await cp(join(ROOT, 'apps/runtimes/consumer'), join(directory, 'src'), { recursive: true })
    const dependencies = [
      ...tarballs,
      ...(await clients(['ioredis', 'redis', '@upstash/redis', 'elysia', '@types/node'])),
    ]
    await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...dependencies], { cwd: directory })
    await emit(directory)
    return { directory, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Libraries of others, in the versions that the repository has installed. */
export async function clients(names: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    names.map(async (name) => {
      const { version } = JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'))
      return `${name}@${version}`
    }),
  )
}
