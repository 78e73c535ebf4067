import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksOf } from './docs/blocks.ts'
import { ROOT, readDocuments } from './docs/documents.ts'

const run = promisify(execFile)
const SCRIPT = join(ROOT, 'scripts/pack-local.mjs')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rl pack local '))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The lines that it prints to be copied. */
async function packLocal(...names: string[]): Promise<readonly string[]> {
  const { stdout } = await run(process.execPath, [SCRIPT, ...names, '--to', join(folder, 'packages')])
  return stdout.split('\n').filter((line) => line.startsWith('npm install'))
}

test("in an empty project, the printed command installs what the README's program in memory needs", async () => {
  const [install = ''] = await packLocal('memory')
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  // Nothing has to come from a registry.
  await run('sh', ['-c', `${install} --offline --no-audit --no-fund`], { cwd: folder })
  await writeFile(join(folder, 'first.js'), firstProgramInMemory())
  const { stdout } = await run(process.execPath, ['first.js'], { cwd: folder })
  expect(stdout).toBe('true\n')
}, 240_000)

test.each(['express', 'fastify', 'hono'])(
  '%s brings @rl/http, and apart what the quick start installs besides',
  async (name) => {
    const [install = '', others = ''] = await packLocal(name, 'ioredis')
    const packed = Array.from(install.matchAll(/rl-([a-z-]+)-\d/g), ([, name]) => name)
    expect(packed).toEqual(['core', 'http', 'redis-script', 'ioredis'])
    const quickStart = readDocuments().find(({ path }) => path === 'docs/quick-start.md')?.text
    expect(quickStart).toContain(
      others.replace(/^npm install (.*) #.*/, `npm install @rl/core @rl/http @rl/ioredis $1\n`),
    )
  },
  240_000,
)

test.each([['nope'], ['--nope']])('%s is an error that says what there is', async (name) => {
  const failed = run(process.execPath, [SCRIPT, name])
  await expect(failed).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/^pack-local: .*nope.*\n$/) })
})

function firstProgramInMemory(): string {
  const readme = readDocuments().find(({ path }) => path === 'README.md')
  const blocks = readme === undefined ? [] : blocksOf(readme)
  const found = blocks.find(({ language, lines }) => language === 'ts' && lines.join().includes('@rl/memory'))
  return found?.lines.join('\n') ?? ''
}
