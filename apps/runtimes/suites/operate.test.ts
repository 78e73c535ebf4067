import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { describe, inject } from 'vitest'
import { describeOperate } from '../../../test/docs/operate.ts'
import { serve } from '../../../test/docs/served.ts'
import { ROOT } from '../src/root.ts'
import { run } from '../src/run.ts'

const OURS = ['core', 'redis-script', 'ioredis', 'otel', 'dashboard', 'cli']
const OTHERS = [
  '@opentelemetry/api',
  '@opentelemetry/exporter-prometheus',
  '@opentelemetry/sdk-metrics',
  'express',
  'ioredis',
]

// What somebody does who has the packed packages and the page, and nothing else.
describe.sequential('docs/operate.md, with the packed packages', () => {
  describeOperate(async ({ code }, redisUrl) => {
    const directory = await mkdtemp(join(tmpdir(), 'rl-operate-'))
    await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    await writeFile(join(directory, 'app.js'), (await transform(code, { loader: 'ts' })).code)
    const tarballs = OURS.map((name) => join(inject('project'), 'tarballs', `rl-${name}-0.0.0.tgz`))
    const others = await Promise.all(OTHERS.map(installedVersion))
    const install = ['install', '--no-audit', '--no-fund', '--loglevel=error']
    await run('npm', [...install, ...tarballs, ...others], { cwd: directory })
    const env = { ...process.env, REDIS_URL: redisUrl }
    const served = await serve(() => ({ program: process.execPath, args: ['app.js'] }), { cwd: directory, env })
    const stop = async (): Promise<void> => {
      await served.stop()
      await rm(directory, { recursive: true, force: true })
    }
    return { served, rl: join(directory, 'node_modules/.bin/rl'), stop }
  })
})

async function installedVersion(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'))
  return `${name}@${version}`
}
