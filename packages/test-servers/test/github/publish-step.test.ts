import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile as read, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { jobsOf, scriptOf, stepsOf } from './repository.ts'

const execute = promisify(execFile)

/** Stands in for npm: knows the packages in $PUBLISHED, writes down what it is to publish. */
const NPM = `#!/bin/sh
case "$1" in
  view) case " $PUBLISHED " in *" $2 "*) echo "\${2##*@}" ;; *" other-versions-of-\${2%@*} "*) ;; *) echo E404 >&2; exit 1 ;; esac ;;
  publish) [ "$2" != "$REFUSED" ] || exit 1; echo "$*" >> "$HOME/published" ;;
  *) exit 2 ;;
esac
`

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rl-publish-test-'))
  await mkdir(join(home, 'bin'))
  await writeFile(join(home, 'bin/npm'), NPM, { mode: 0o755 })
  for (const name of ['core', 'http', 'memory']) {
    const directory = join(home, `src-${name}`, 'package')
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'package.json'), JSON.stringify({ name: `@rl/${name}`, version: '1.2.3' }))
    await mkdir(join(home, 'packages'), { recursive: true })
    await execute('tar', [
      '-czf',
      join(home, `packages/rl-${name}-1.2.3.tgz`),
      '-C',
      join(home, `src-${name}`),
      'package',
    ])
  }
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** Runs the script of a step as GitHub does, with a separate home. */
async function run(job: string, env: Record<string, string>): Promise<{ failed: boolean }> {
  const step = jobsOf('.github/workflows/release.yml').find(({ name }) => name === job)
  const script = scriptOf((step === undefined ? [] : stepsOf(step)).at(-1) ?? '')
  const outcome = execute('bash', ['-e', '-c', script], {
    cwd: home,
    env: { PATH: `${home}/bin:${process.env.PATH}`, HOME: home, GITHUB_OUTPUT: join(home, 'output'), ...env },
  })
  return outcome.then(
    () => ({ failed: false }),
    () => ({ failed: true }),
  )
}
function written(name: string): Promise<string> {
  return read(join(home, name), 'utf8').catch(() => '')
}
const FLAGS = '--access public --provenance --ignore-scripts'

test('what npm does not have is published, with its provenance and without its scripts', async () => {
  const PUBLISHED = '@rl/core@1.2.3 other-versions-of-@rl/http'
  expect(await run('publish', { NPM_TOKEN: '', PUBLISHED })).toEqual({ failed: false })
  expect(await written('published')).toBe(
    `publish ./packages/rl-http-1.2.3.tgz ${FLAGS}\npublish ./packages/rl-memory-1.2.3.tgz ${FLAGS}\n`,
  )
  expect(await written('output')).toMatch(/^version=1\.2\.3$/m)
  expect(await written('.npmrc')).toBe('')
})

test('where npm has everything nothing is published, and there is nothing to tag', async () => {
  const PUBLISHED = '@rl/core@1.2.3 @rl/http@1.2.3 @rl/memory@1.2.3'
  expect(await run('publish', { NPM_TOKEN: '', PUBLISHED })).toEqual({ failed: false })
  expect([await written('published'), await written('output')]).toEqual(['', ''])
})

test('a publication that npm refuses fails the job', async () => {
  const REFUSED = './packages/rl-http-1.2.3.tgz'
  expect(await run('publish', { NPM_TOKEN: '', REFUSED })).toEqual({ failed: true })
})

test('a token is read from the environment, and lies in no file', async () => {
  expect(await run('publish', { NPM_TOKEN: 'secret' })).toEqual({ failed: false })
  expect(await written('.npmrc')).toBe(`//registry.npmjs.org/:_authToken=\${NPM_TOKEN}\n`)
})

test('the tag is made where the packages come from', async () => {
  await writeFile(join(home, 'bin/gh'), '#!/bin/sh\necho "$*" > "$HOME/gh"\n', { mode: 0o755 })
  const env = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'rl/rl',
    GITHUB_SHA: 'abc',
    VERSION: '1.2.3',
  }
  expect(await run('tag', env)).toEqual({ failed: false })
  expect(await written('gh')).toMatch(/^release create v1\.2\.3 --repo rl\/rl --target abc --title 1\.2\.3 /)
})
