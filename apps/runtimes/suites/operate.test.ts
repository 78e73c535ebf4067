import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { describe, inject } from 'vitest'
import { describeOperate } from '../../../test/docs/operate.ts'
import { serve } from '../../../test/docs/served.ts'
import { run } from '../src/run.ts'

const OURS = ['core', 'redis-script', 'ioredis', 'otel', 'dashboard', 'cli']
/** The versions that npm chooses on Node 20. */
const OTHERS = [
  '@opentelemetry/api@1.9',
  '@opentelemetry/exporter-prometheus@0.223',
  '@opentelemetry/sdk-metrics@2',
  'express@5',
  'ioredis@6',
]

// A reader has the packed packages and the page, and nothing else.
describe.sequential('docs/operate.md, with the packed packages', () => {
  describeOperate(async ({ code }, redisUrl) => {
    const directory = await mkdtemp(join(tmpdir(), 'rl-operate-'))
    await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    await writeFile(join(directory, 'app.js'), (await transform(code, { loader: 'ts' })).code)
    const tarballs = OURS.map((name) => join(inject('project'), 'tarballs', `rl-${name}-0.0.0.tgz`))
    const install = ['install', '--no-audit', '--no-fund', '--loglevel=error']
    await run('npm', [...install, ...tarballs, ...OTHERS], { cwd: directory })
    const env = { ...process.env, REDIS_URL: redisUrl }
    const served = await serve(() => ({ program: process.execPath, args: ['app.js'] }), { cwd: directory, env })
    const stop = async (): Promise<void> => {
      await served.stop()
      await rm(directory, { recursive: true, force: true })
    }
    return { served, rl: join(directory, 'node_modules/.bin/rl'), stop }
  })
})
