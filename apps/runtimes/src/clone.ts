import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './root.ts'
import { run } from './run.ts'

/** Another repository with the files of this one as they are now, committed or not, without those that git ignores. */
export interface Clone extends AsyncDisposable {
  readonly directory: string
  git(...args: readonly string[]): Promise<string>
  pnpm(...args: readonly string[]): Promise<string>
}

export async function cloneRepository(): Promise<Clone> {
  const directory = await mkdtemp(join(tmpdir(), 'rl-release-'))
  const env = {
    CI: 'true',
    npm_config_provenance: 'false', // it is for the release workflow alone to prove where a package comes from
    GIT_AUTHOR_NAME: 'rehearsal',
    GIT_AUTHOR_EMAIL: 'rehearsal@example.invalid',
    GIT_COMMITTER_NAME: 'rehearsal',
    GIT_COMMITTER_EMAIL: 'rehearsal@example.invalid',
  }
  const git = (...args: readonly string[]): Promise<string> => run('git', args, { cwd: directory, env })
  const pnpm = (...args: readonly string[]): Promise<string> =>
    run('npx', ['--yes', 'pnpm@12', ...args], { cwd: directory, env })

  const listed = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
    cwd: ROOT,
  })
  const deleted = await run('git', ['ls-files', '--deleted'], { cwd: ROOT })
  const gone = new Set(deleted.trim().split('\n'))
  for (const path of listed.trim().split('\n')) {
    if (!gone.has(path)) await cp(join(ROOT, path), join(directory, path), { recursive: true })
  }
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message=As it is')
  await pnpm('install', '--frozen-lockfile', '--prefer-offline')
  return {
    directory,
    git,
    pnpm,
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true })
    },
  }
}
